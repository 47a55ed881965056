//! Dates with times as RFC 3339 section 5.6 writes them, and what Go makes of them. It never asks what time it is.

/// A date with a time that follows RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// The year, 0 to 9999.
    pub year: u32,
    /// Whether Go's `time.Time` reads it out of JSON: it wants `T` and `Z` as capitals and knows no leap second.
    pub go_reads: bool,
}

/// Reads a date with a time; nothing where the text is none.
pub fn read(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| digits(bytes.get(from..to)?);
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let stands = |at: usize, mark: u8| bytes.get(at) == Some(&mark);
    let parted = stands(4, b'-') && stands(7, b'-') && stands(13, b':') && stands(16, b':');
    let separator = *bytes.get(10)?;
    let in_range = (1..=12).contains(&month)
        && (1..=days(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !parted || !in_range || !matches!(separator, b'T' | b't') {
        return None;
    }
    let mut rest = bytes.get(19..)?;
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        rest = fraction.get(length..).filter(|_| length > 0)?;
    }
    let capital_zone = match rest {
        b"Z" => true,
        b"z" => false,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?);
            if hours >= 24 || minutes >= 60 {
                return None;
            }
            true
        }
        _ => return None,
    };
    Some(Date {
        year,
        go_reads: separator == b'T' && capital_zone && second < 60,
    })
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0u32, |sum, b| {
        b.is_ascii_digit()
            .then(|| sum * 10 + u32::from(b.wrapping_sub(b'0')))
    })
}

/// Days of a month in the Gregorian calendar.
fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_other_texts() {
        for good in [
            "2015-10-31T22:22:56.015925234Z",
            "0001-01-01T00:00:00Z",
            "2024-02-29T00:00:00+05:30",
            "1985-04-12T23:20:50.5-08:00",
        ] {
            assert!(read(good).is_some_and(|d| d.go_reads), "{good}");
        }
        for odd in [
            "2024-01-02t03:04:05Z",
            "2024-01-02T03:04:05z",
            "1990-12-31T23:59:60Z",
        ] {
            assert!(read(odd).is_some_and(|d| !d.go_reads), "{odd}");
        }
        for bad in [
            "",
            "yesterday",
            "2015-10-31",
            "2015-10-31 22:22",
            "2015-10-31 22:22:56Z",
            "2015-10-31T22:22:56",
            "2015-10-31T22:22:56.Z",
            "2015-10-31T22:22:56,5Z",
            "2015-13-31T22:22:56Z",
            "2023-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2015-10-31T24:00:00Z",
            "2015-10-31T22:22:56+0100",
            "2015-10-31T22:22:56+24:00",
            "2015-10-31T22:22:56Z ",
            "٢٠١٥-10-31T22:22:56Z",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert_eq!(read("1970-01-01T00:00:00Z").map(|d| d.year), Some(1970));
    }
}
