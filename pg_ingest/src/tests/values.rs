//! Each type's values against what PostgreSQL itself makes of the same text.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use crate::tests::{assert_became, assert_like_postgresql, became, prepare};

    #[pg_test]
    fn booleans() {
        assert_became(
            "boolean",
            &[
                ("true", "true"),
                ("false", "false"),
                ("\"yes\"", "true"),
                ("\"off\"", "false"),
                ("null", "NULL"),
                ("1", "type_mismatch"),
                ("\"maybe\"", "type_mismatch"),
                ("{}", "type_mismatch"),
            ],
        );
    }

    #[pg_test]
    fn integers() {
        assert_became(
            "smallint",
            &[("-32768", "-32768"), ("32768", "out_of_range"), ("\"32768\"", "out_of_range")],
        );
        assert_became(
            "integer",
            &[
                ("1e2", "100"),
                ("100.0", "100"),
                ("1.5", "type_mismatch"),
                ("2147483648", "out_of_range"),
                ("\" 42 \"", "42"),
                ("\"x\"", "type_mismatch"),
                ("true", "type_mismatch"),
            ],
        );
        assert_became(
            "bigint",
            &[
                ("-9223372036854775808", "-9223372036854775808"),
                ("9223372036854775808", "out_of_range"),
                ("\"+7\"", "7"),
            ],
        );
    }

    #[pg_test]
    fn floats() {
        assert_became(
            "double precision",
            &[
                ("0.1", "0.1"),
                ("1e308", "1e+308"),
                ("1e309", "out_of_range"),
                ("1e-400", "out_of_range"),
                ("-0", "0"),
                ("\"NaN\"", "type_mismatch"),
                ("\" -Infinity\"", "type_mismatch"),
                ("\"1e5\"", "100000"),
                ("\"-0\"", "-0"),
            ],
        );
        assert_became(
            "real",
            &[
                ("0.1", "0.1"),
                ("3.5e38", "out_of_range"),
                ("16777217", "1.6777216e+07"),
                ("1e-46", "out_of_range"),
            ],
        );
    }

    #[pg_test]
    fn numerics() {
        assert_became(
            "numeric",
            &[
                ("1.50", "1.50"),
                ("1e2", "100"),
                ("-0.00", "0.00"),
                ("123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"),
                ("1e-20", "0.00000000000000000001"),
                ("\"NaN\"", "type_mismatch"),
                ("\"1e3\"", "1000"),
                ("\" 12.5 \"", "12.5"),
                ("\"x\"", "type_mismatch"),
            ],
        );
        assert_became(
            "numeric(5,2)",
            &[
                ("1.005", "1.01"),
                ("-1.005", "-1.01"),
                ("999.994", "999.99"),
                ("999.995", "out_of_range"),
                ("1", "1.00"),
                ("\"1.005\"", "1.01"),
                ("\"1e9\"", "out_of_range"),
            ],
        );
        assert_became("numeric(3,-2)", &[("12345", "12300"), ("99950", "out_of_range"), ("49", "0")]);
        assert_became(
            "numeric(2,4)",
            &[("0.00999", "out_of_range"), ("0.0099", "0.0099"), ("1", "out_of_range")],
        );
    }

    #[pg_test]
    fn numerics_are_byte_for_byte_postgresqls_own() {
        prepare();
        for number in [
            "0",
            "1",
            "-1",
            "10000",
            "0.0001",
            "12345.678",
            "1e30",
            "1e-30",
            "99999999",
            "100000000",
            "1e131071",
            "1e-16383",
            "7.10",
        ] {
            let equal = Spi::get_one_with_args::<bool>(
                "SELECT record_image_eq(ROW(became_numeric($1)), ROW($1::numeric))",
                &[number.into()],
            );
            assert_eq!(equal, Ok(Some(true)), "{number}");
        }
    }

    #[pg_test]
    fn texts() {
        assert_became(
            "text",
            &[
                ("\"a\\u00e9\\n\"", "aé\n"),
                ("true", "true"),
                ("1e2", "100"),
                ("-0", "0"),
                ("1.50", "1.50"),
                ("[]", "type_mismatch"),
                ("\"\"", ""),
            ],
        );
        assert_became(
            "varchar(3)",
            &[
                ("\"äöü\"", "äöü"),
                ("\"abcd\"", "too_long"),
                ("\"abc \"", "too_long"),
                ("true", "too_long"),
                ("1e3", "too_long"),
            ],
        );
        assert_became("char(3)", &[("\"ä\"", "ä"), ("\"abcd\"", "too_long")]);
        assert_became("name", &[("\"abc\"", "abc")]);
        assert_eq!(became("name", &format!("\"{}\"", "n".repeat(63))), "n".repeat(63));
        assert_eq!(became("name", &format!("\"{}\"", "n".repeat(64))), "too_long");
        let padded = Spi::get_one::<i32>("SELECT octet_length(became_char('\"ä\"'))");
        assert_eq!(padded, Ok(Some(4)), "char(3) is filled with spaces");
    }

    #[pg_test]
    fn uuids() {
        assert_like_postgresql(
            "uuid",
            &[
                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
                "{a0eebc999c0b4ef8bb6d6bb9bd380a11}",
                "a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11",
            ],
        );
        assert_became(
            "uuid",
            &[("\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g\"", "type_mismatch"), ("7", "type_mismatch")],
        );
    }

    #[pg_test]
    fn dates_and_times() {
        assert_like_postgresql(
            "date",
            &[
                "2024-02-29",
                "0001-01-01",
                "9999-12-31",
                "1999-12-31",
                "20240229",
                "J2451187",
                "0044-03-15 BC",
            ],
        );
        assert_like_postgresql(
            "timestamp",
            &[
                "2024-02-29T23:59:59",
                "2024-02-29 00:00:00.123456+05",
                "2024-02-29T12:00:00Z",
                "0001-01-01T00:00:00",
                "2024-02-29 24:00:00",
                "2024-02-29T12:00:00.1234567",
            ],
        );
        prepare();
        for text in [
            "2024-02-29T23:59:59Z",
            "2024-02-29 00:00:00.5+05:30",
            "2024-02-29T00:00:00-0130",
            "2024-02-29T00:00:00+14",
            "2024-06-01T00:00:00",
            "2024-06-01 10:00 Europe/Zurich",
            "1900-01-01T00:00:00.000001Z",
        ] {
            let expected = Spi::get_one_with_args::<String>("SELECT ($1::text || CASE WHEN $1 ~ '(Z|[+-][0-9:]+|[a-z])$' AND $1 !~ 'T00:00:00$' THEN '' ELSE 'Z' END)::timestamptz::text", &[text.into()]).unwrap();
            assert_eq!(Some(became("timestamptz", &format!("\"{text}\""))), expected, "{text}");
        }
        assert_became(
            "timestamptz(1)",
            &[
                ("\"2024-02-29T23:59:59.96Z\"", "2024-03-01 00:00:00+00"),
                ("\"2024-02-29T23:59:59.5Z\"", "2024-02-29 23:59:59.5+00"),
            ],
        );
        assert_like_postgresql("interval", &["1 day 02:03:04", "P1Y2M"]);
        assert_like_postgresql("time", &["12:34:56.7"]);
        assert_became(
            "date",
            &[
                ("\"2023-02-29\"", "out_of_range"),
                ("\"tomorrow\"", "type_mismatch"),
                ("\"-Infinity\"", "type_mismatch"),
                ("20240229", "type_mismatch"),
                ("\"\"", "type_mismatch"),
            ],
        );
        assert_became("time", &[("\"allballs\"", "type_mismatch")]);
    }

    #[pg_test]
    fn json() {
        let document = r#"{"bb":1.50,"a":"x\ny","a":[null,true,{"z":-0,"y":""}],"c":1e3,"é":{}}"#;
        prepare();
        let expected =
            Spi::get_one_with_args::<String>("SELECT $1::jsonb::text", &[document.into()]).unwrap();
        for declared in ["jsonb", "json"] {
            assert_eq!(Some(became(declared, document)), expected, "{declared}");
        }
        assert_became(
            "jsonb",
            &[("\"s\"", "\"s\""), ("7", "7"), ("null", "NULL"), ("[]", "[]"), ("{}", "{}")],
        );
    }

    #[pg_test]
    fn jsonb_is_byte_for_byte_postgresqls_own() {
        prepare();
        let wide: Vec<String> =
            (0..100).map(|at| format!("\"k{at}\": [{at}, \"{}\", {at}.5e1]", "v".repeat(at))).collect();
        let wide = format!("{{{}}}", wide.join(", "));
        let long: Vec<String> = (0..300).map(|at| format!("{{\"n\": {at}}}")).collect();
        let long = format!("[{}]", long.join(","));
        let deep = format!("{}1{}", "[".repeat(400), "]".repeat(400));
        for document in [wide.as_str(), &long, &deep, "1", "\"\"", "{\"a\":{\"b\":{\"c\":[]}},\"aa\":null}"] {
            let same = Spi::get_one_with_args::<bool>(
                "SELECT record_image_eq(ROW(became_jsonb($1)), ROW($1::jsonb))",
                &[document.into()],
            );
            assert_eq!(same, Ok(Some(true)), "{}", &document[..document.len().min(60)]);
        }
    }

    #[pg_test]
    fn arrays() {
        assert_became(
            "integer[]",
            &[
                ("[1,null,2e1]", "{1,NULL,20}"),
                ("[]", "{}"),
                ("\"{1,2}\"", "{1,2}"),
                ("[1.5]", "type_mismatch"),
                ("[[1],[2]]", "{{1},{2}}"),
                ("[[1],2]", "type_mismatch"),
                ("7", "type_mismatch"),
                ("[99999999999]", "out_of_range"),
            ],
        );
        assert_became(
            "text[]",
            &[("[\"a\",\"b\\\"c\",1,true]", "{a,\"b\\\"c\",1,true}"), ("[{}]", "type_mismatch")],
        );
        assert_became(
            "jsonb[]",
            &[("[{\"a\":1},[2],\"x\",null]", "{\"{\\\"a\\\": 1}\",[2],\"\\\"x\\\"\",NULL}")],
        );
        assert_became("varchar(2)[]", &[("[\"ab\"]", "{ab}"), ("[\"abc\"]", "too_long")]);
        assert_became(
            "date[]",
            &[
                ("[\"2024-01-02\",\"Jan 3 2024\"]", "{2024-01-02,2024-01-03}"),
                ("[\"now\"]", "type_mismatch"),
                ("\"{today}\"", "type_mismatch"),
            ],
        );
        assert_became("numeric[]", &[("[1.50]", "{1.50}"), ("\"{NaN}\"", "type_mismatch")]);
    }

    #[pg_test]
    fn every_other_type_by_its_input_function() {
        Spi::run("CREATE TYPE mood AS ENUM ('calm', 'wild')").unwrap();
        assert_became("mood", &[("\"calm\"", "calm"), ("\"odd\"", "type_mismatch"), ("1", "type_mismatch")]);
        assert_became("mood[]", &[("[\"calm\",null]", "{calm,NULL}")]);
        assert_became("bytea", &[("\"\\\\x0102\"", "\\x0102")]);
        assert_became("inet", &[("\"10.0.0.1/8\"", "10.0.0.1/8"), ("\"x\"", "type_mismatch")]);
        assert_became("int4range", &[("\"[1,5)\"", "[1,5)"), ("\"[5,1)\"", "type_mismatch")]);
        assert_became("bit(3)", &[("\"101\"", "101"), ("\"1011\"", "type_mismatch")]);
        assert_became("varbit(3)", &[("\"1011\"", "too_long")]);
        assert_became("oid", &[("7", "7"), ("\"8\"", "8"), ("true", "type_mismatch")]);
        assert_became("point", &[("\"(1,2)\"", "(1,2)")]);
    }
}
