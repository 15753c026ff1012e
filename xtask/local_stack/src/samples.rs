//! Sample files of orders and customers: the same bytes for the same seed on every machine.
//!
//! An order takes about 440 bytes, so a file of 100 about 44 KB.

use std::fmt::Write as _;

use fastrand::Rng;

/// Records in a usual file.
pub const RECORDS_PER_FILE: u64 = 100;

const STATUSES: [&str; 4] = ["placed", "paid", "shipped", "cancelled"];
const CURRENCIES: [&str; 3] = ["EUR", "USD", "GBP"];
const CHANNELS: [&str; 4] = ["web", "app", "store", "marketplace"];
const CITIES: [(&str, &str, &str); 6] = [
    ("Berlin", "DE", "10115"),
    ("München", "DE", "80331"),
    ("London", "GB", "EC1A 1BB"),
    ("New York", "US", "10001"),
    ("Kraków", "PL", "30-001"),
    ("São Paulo", "BR", "01000-000"),
];
const GOODS: [&str; 8] =
    ["lamp", "chair", "desk", "shelf", "coffee table", "wardrobe", "picture frame", "standing mirror"];

/// Makes files for one seed.
#[derive(Debug, Clone, Copy)]
pub struct Samples {
    seed: u64,
    customers: u64,
}

impl Samples {
    /// Files whose orders belong to customers 1 to `customers`.
    #[must_use]
    pub fn new(seed: u64, customers: u64) -> Self {
        Self { seed, customers: customers.max(1) }
    }

    /// The records of the `file`th file of orders, with keys of its own: one JSON text each.
    #[must_use]
    pub fn orders(&self, file: u64, records: u64) -> Vec<String> {
        let mut random = self.random(1, file);
        (0..records).map(|_| self.order(&mut random)).collect()
    }

    /// The records of the `file`th file of customers: the next `records` numbers, wrapping round after the last.
    #[must_use]
    pub fn customers(&self, file: u64, records: u64) -> Vec<String> {
        let mut random = self.random(2, file);
        (0..records).map(|n| customer(&mut random, (file * records + n) % self.customers + 1)).collect()
    }

    fn random(&self, kind: u64, file: u64) -> Rng {
        // Odd constants spread the numbers over the seeds; any would do.
        Rng::with_seed(
            self.seed ^ kind.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ file.wrapping_mul(0xBF58_476D_1CE4_E5B9),
        )
    }

    fn order(&self, random: &mut Rng) -> String {
        let day = random.u32(1..=28);
        let (city, country, postcode) = CITIES[random.usize(..CITIES.len())];
        let (mut lines, mut cents) = (String::new(), 0);
        for line in 0..random.u64(1..=3) {
            let (sku, quantity, price) =
                (random.u32(..1_000_000), random.u64(1..=4), random.u64(199..=49_999));
            cents += quantity * price;
            let comma = if line == 0 { "" } else { "," };
            let _ = write!(
                lines,
                r#"{comma}{{"sku":"SKU-{sku:06}","qty":{quantity},"unit_price":{}}}"#,
                amount(price)
            );
        }
        format!(
            r#"{{"order_id":"{}","customer_id":{},"status":"{}","ordered_at":"{}","updated_at":"{}","currency":"{}","total_amount":{},"channel":"{}","shipping":{{"city":"{city}","country":"{country}","postcode":"{postcode}"}},"items":[{lines}],"note":{}}}"#,
            uuid(random),
            random.u64(1..=self.customers),
            STATUSES[random.usize(..STATUSES.len())],
            instant(random, 10, day),
            instant(random, 11, random_day(day)),
            CURRENCIES[random.usize(..CURRENCIES.len())],
            amount(cents),
            CHANNELS[random.usize(..CHANNELS.len())],
            note(random),
        )
    }
}

/// One JSON array with a record on each line.
#[must_use]
pub fn array(records: &[String]) -> Vec<u8> {
    format!("[{}]\n", records.join(",\n")).into_bytes()
}

/// Newline-delimited JSON.
#[must_use]
pub fn lines(records: &[String]) -> Vec<u8> {
    format!("{}\n", records.join("\n")).into_bytes()
}

fn customer(random: &mut Rng, number: u64) -> String {
    let (_, country, _) = CITIES[random.usize(..CITIES.len())];
    let day = random.u32(1..=28);
    let tags: Vec<&str> =
        [r#""newsletter""#, r#""vip""#, r#""wholesale""#].into_iter().filter(|_| random.bool()).collect();
    format!(
        r#"{{"customer_id":{number},"email":"customer{number}@example.org","name":"Customer {number}","country":"{country}","signed_up_at":"{}","updated_at":"{}","marketing_opt_in":{},"tags":[{}]}}"#,
        instant(random, 9, day),
        instant(random, 11, random_day(day)),
        random.bool(),
        tags.join(","),
    )
}

/// Within the first half of the month, later for later days.
fn random_day(day: u32) -> u32 {
    day.div_ceil(2)
}

fn instant(random: &mut Rng, month: u32, day: u32) -> String {
    let (hour, minute, second) = (random.u32(..24), random.u32(..60), random.u32(..60));
    format!("2026-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", random.u32(..1000))
}

/// Cents as a number with two digits, exactly as they are to arrive.
fn amount(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn uuid(random: &mut Rng) -> String {
    let bits = random.u128(..);
    let hex = format!("{bits:032x}");
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

fn note(random: &mut Rng) -> String {
    if random.u32(..10) == 0 {
        return "null".to_owned();
    }
    let good = GOODS[random.usize(..GOODS.len())];
    let other = GOODS[random.usize(..GOODS.len())];
    format!("\"Please leave the {good} beside the {other} if nobody answers the door; “thank you” \u{2615}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(record: &str) -> serde_json::Value {
        serde_json::from_str(record).unwrap()
    }

    #[test]
    fn an_orders_total_is_the_sum_of_its_lines() {
        for order in Samples::new(1, 50).orders(0, 50) {
            let order = parsed(&order);
            let lines = order["items"].as_array().unwrap().iter();
            let sum: f64 =
                lines.map(|l| l["qty"].as_f64().unwrap() * l["unit_price"].as_f64().unwrap()).sum();
            assert!((sum - order["total_amount"].as_f64().unwrap()).abs() < 0.005, "{order}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
        let file = |seed| array(&Samples::new(seed, 50).orders(3, 10));
        assert_eq!(file(1), file(1));
        assert_ne!(file(1), file(2));
    }

    #[test]
    fn a_usual_file_has_tens_of_kilobytes() {
        let bytes = array(&Samples::new(1, 50).orders(0, RECORDS_PER_FILE)).len();
        assert!((30_000..60_000).contains(&bytes), "{bytes}");
    }

    #[test]
    fn amounts_keep_both_digits_of_their_cents() {
        assert_eq!(amount(1), "0.01");
        assert_eq!(amount(12_345), "123.45");
    }

    #[test]
    fn files_of_customers_cover_every_number() {
        let samples = Samples::new(1, 20);
        let numbers: std::collections::BTreeSet<u64> = (0..2)
            .flat_map(|file| samples.customers(file, 10))
            .filter_map(|customer| parsed(&customer)["customer_id"].as_u64())
            .collect();
        assert_eq!(numbers, (1..=20).collect());
    }
}
