//! Sample files of orders and customers: the same bytes for the same seed on every machine.
//!
//! An order takes about 440 bytes, so a file of 100 about 44 KB.

use std::fmt::Write as _;

use fastrand::Rng;
use serde_json::{Value, json};

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

    /// The records of the `file`th file of orders, with keys of its own.
    #[must_use]
    pub fn orders(&self, file: u64, records: u64) -> Vec<Value> {
        let mut random = self.random(1, file);
        (0..records).map(|_| self.order(&mut random)).collect()
    }

    /// The records of the `file`th file of customers: the next `records` numbers, wrapping round after the last.
    #[must_use]
    pub fn customers(&self, file: u64, records: u64) -> Vec<Value> {
        let mut random = self.random(2, file);
        (0..records).map(|n| customer(&mut random, (file * records + n) % self.customers + 1)).collect()
    }

    fn random(&self, kind: u64, file: u64) -> Rng {
        // Odd constants spread the numbers over the seeds; any would do.
        Rng::with_seed(
            self.seed ^ kind.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ file.wrapping_mul(0xBF58_476D_1CE4_E5B9),
        )
    }

    fn order(&self, random: &mut Rng) -> Value {
        let day = random.u32(1..=28);
        let (city, country, postcode) = CITIES[random.usize(..CITIES.len())];
        let items: Vec<(String, u64, u64)> = (0..random.u64(1..=3))
            .map(|_| {
                (format!("SKU-{:06}", random.u32(..1_000_000)), random.u64(1..=4), random.u64(199..=49_999))
            })
            .collect();
        let cents: u64 = items.iter().map(|(_, quantity, price)| quantity * price).sum();
        let lines: Vec<Value> = items
            .iter()
            .map(
                |(sku, quantity, price)| json!({ "sku": sku, "qty": quantity, "unit_price": amount(*price) }),
            )
            .collect();
        json!({
            "order_id": uuid(random),
            "customer_id": random.u64(1..=self.customers),
            "status": STATUSES[random.usize(..STATUSES.len())],
            "ordered_at": instant(random, 10, day),
            "updated_at": instant(random, 11, random_day(day)),
            "currency": CURRENCIES[random.usize(..CURRENCIES.len())],
            "total_amount": amount(cents),
            "channel": CHANNELS[random.usize(..CHANNELS.len())],
            "shipping": { "city": city, "country": country, "postcode": postcode },
            "items": lines,
            "note": note(random),
        })
    }
}

/// One JSON array with a record on each line.
#[must_use]
pub fn array(records: &[Value]) -> Vec<u8> {
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    format!("[{}]\n", lines.join(",\n")).into_bytes()
}

/// Newline-delimited JSON.
#[must_use]
pub fn lines(records: &[Value]) -> Vec<u8> {
    let mut text = String::new();
    for record in records {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{record}");
    }
    text.into_bytes()
}

fn customer(random: &mut Rng, number: u64) -> Value {
    let (_, country, _) = CITIES[random.usize(..CITIES.len())];
    let day = random.u32(1..=28);
    let tags: Vec<&str> = ["newsletter", "vip", "wholesale"].into_iter().filter(|_| random.bool()).collect();
    json!({
        "customer_id": number,
        "email": format!("customer{number}@example.org"),
        "name": format!("Customer {number}"),
        "country": country,
        "signed_up_at": instant(random, 9, day),
        "updated_at": instant(random, 11, random_day(day)),
        "marketing_opt_in": random.bool(),
        "tags": tags,
    })
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
fn amount(cents: u64) -> Value {
    let text = format!("{}.{:02}", cents / 100, cents % 100);
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

fn uuid(random: &mut Rng) -> String {
    let bits = random.u128(..);
    let hex = format!("{bits:032x}");
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

fn note(random: &mut Rng) -> Value {
    if random.u32(..10) == 0 {
        return Value::Null;
    }
    let good = GOODS[random.usize(..GOODS.len())];
    let other = GOODS[random.usize(..GOODS.len())];
    json!(format!(
        "Please leave the {good} beside the {other} if nobody answers the door; “thank you” \u{2615}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(amount(1).to_string(), "0.01");
        assert_eq!(amount(12_345).to_string(), "123.45");
    }

    #[test]
    fn files_of_customers_cover_every_number() {
        let samples = Samples::new(1, 20);
        let numbers: std::collections::BTreeSet<u64> = (0..2)
            .flat_map(|file| samples.customers(file, 10))
            .filter_map(|c| c["customer_id"].as_u64())
            .collect();
        assert_eq!(numbers, (1..=20).collect());
    }
}
