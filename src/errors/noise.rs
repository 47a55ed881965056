//! Makes one clean text of what a person pasted: colours, escapes, entities, log prefixes, boxes and line wraps go,
//! and every byte that stays remembers where it stood. It never decides what the text means.

/// Characters that draw boxes and quotes at the beginning or end of a line.
const BARS: &str = "│┃║╷╵╭╰╮╯├└┌┐┘┤─━═▌▎▏";
/// How far an escape sequence of a terminal may reach.
const LONGEST_ESCAPE: usize = 512;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Text without noise. Runs of blanks are one space; a line break is one `\n`.
pub struct Clean {
    /// The text.
    pub text: String,
    /// For each byte of `text`, start and end of what it stands for in the pasted text.
    places: Vec<(u32, u32)>,
    /// `text` in ASCII lower case and without any blank, for quick search.
    pub squeezed: String,
    /// For each byte of `squeezed`, its place in `text`.
    pub unsqueeze: Vec<u32>,
}

/// One character and the stretch of the pasted text it was made from.
#[derive(Clone, Copy)]
struct Unit {
    ch: char,
    start: u32,
    end: u32,
}

impl Clean {
    /// Cleans the parts of one text; each comes with the offset at which it begins.
    pub fn new(parts: &[(usize, &str)]) -> Clean {
        let mut units = Vec::new();
        for (base, part) in parts {
            decode(part, *base, &mut units);
            let end = narrow(base + part.len());
            units.push(Unit {
                ch: '\n',
                start: end,
                end,
            });
        }
        let mut clean = Clean {
            text: String::new(),
            places: Vec::new(),
            squeezed: String::new(),
            unsqueeze: Vec::new(),
        };
        for line in units.split(|unit| unit.ch == '\n') {
            clean.add_line(strip_end(strip_prefixes(line)));
        }
        clean
    }

    /// The stretch of the pasted text that `start..end` of the clean text was made from.
    pub fn original(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let from = self.places.get(start)?.0;
        let to = self.places.get(end.checked_sub(1)?)?.1;
        Some((usize::try_from(from).ok()?, usize::try_from(to).ok()?))
    }

    fn add_line(&mut self, line: &[Unit]) {
        let mut blank = Some('\n').filter(|_| !self.text.is_empty());
        for unit in line {
            if unit.ch == ' ' {
                blank = blank.or(Some(' '));
                continue;
            }
            if let Some(ch) = blank.take() {
                self.push(ch, unit.start, unit.start);
            }
            let at = narrow(self.text.len());
            self.push(unit.ch, unit.start, unit.end);
            self.squeezed.push(unit.ch.to_ascii_lowercase());
            self.unsqueeze.resize(self.squeezed.len(), at);
        }
    }

    fn push(&mut self, ch: char, start: u32, end: u32) {
        self.text.push(ch);
        self.places.resize(self.text.len(), (start, end));
    }
}

/// Offsets are kept in 32 bits; texts that do not fit are refused by the cap long before.
fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Undoes escapes and look-alikes, character by character.
fn decode(text: &str, base: usize, out: &mut Vec<Unit>) {
    let mut at = 0;
    let mut drive = false;
    let mut before = ' ';
    let mut earlier = ' ';
    while let Some(rest) = text.get(at..) {
        let Some(ch) = rest.chars().next() else {
            break;
        };
        // `C:\new` is a path, not a line break.
        if ch == '\\' && before == ':' && out.len() >= 2 {
            drive = drive || (earlier.is_ascii_uppercase() && !follows_word(out));
        } else if ch.is_whitespace() {
            drive = false;
        }
        let (made, taken) = unit_of(ch, rest, drive);
        let start = narrow(base + at);
        let end = narrow(base + at + taken);
        for made in made.into_iter().flatten() {
            out.push(Unit {
                ch: made,
                start,
                end,
            });
        }
        earlier = before;
        before = ch;
        at += taken.max(1);
    }
}

/// Whether the last but one character (the letter of a drive) is the end of a longer word.
fn follows_word(out: &[Unit]) -> bool {
    out.iter()
        .rev()
        .nth(2)
        .is_some_and(|unit| unit.ch.is_alphanumeric())
}

/// What the text at `rest` (which begins with `ch`) stands for, and how many bytes that takes.
fn unit_of(ch: char, rest: &str, drive: bool) -> ([Option<char>; 2], usize) {
    let one = |made: char, taken: usize| ([Some(made), None], taken);
    let none = |taken: usize| ([None, None], taken);
    let width = ch.len_utf8();
    match ch {
        '\\' => {
            let (made, taken) = unescape(rest, drive);
            ([made, None], taken)
        }
        '&' => {
            let (made, taken) = entity(rest);
            one(made, taken)
        }
        '\u{1b}' | '\u{9b}' | '␛' => none(width + sequence(&rest[width..])),
        '^' if rest.starts_with("^[[") => none(2 + sequence(&rest[2..])),
        '[' => match bare_colour(rest) {
            Some(taken) => none(taken),
            None => one('[', 1),
        },
        '\'' if rest.starts_with("''") => one('\'', 2),
        '\r' if rest.starts_with("\r\n") => one('\n', 2),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => one('\n', width),
        '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => one(' ', width),
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' => {
            none(width)
        }
        '“' | '”' | '„' | '‟' | '«' | '»' | '「' | '」' | '『' | '』' => {
            one('"', width)
        }
        '‘' | '’' | '‚' | '‛' | '′' => one('\'', width),
        '。' => ([Some('.'), Some(' ')], width),
        '、' => ([Some(','), Some(' ')], width),
        '【' => one('[', width),
        '】' => one(']', width),
        '（' => ([Some(' '), Some('(')], width),
        '：' | '，' | '；' | '！' | '？' => ([ascii_twin(ch), Some(' ')], width),
        '\u{ff01}'..='\u{ff5e}' => ([ascii_twin(ch), None], width),
        _ if ch.is_control() => none(width),
        _ => one(ch, width),
    }
}

/// The ASCII character that a full-width one is the twin of.
fn ascii_twin(ch: char) -> Option<char> {
    char::from_u32(u32::from(ch).checked_sub(0xfee0)?)
}

/// A backslash and what follows it: JSON, YAML and shell escapes, at any depth of escaping.
fn unescape(rest: &str, drive: bool) -> (Option<char>, usize) {
    let run = rest.bytes().take_while(|byte| *byte == b'\\').count();
    let after = &rest[run..];
    let next = after.chars().next();
    match next {
        Some('"' | '\'' | '/' | ' ' | '`') => (next, run + 1),
        Some('“' | '”') => (Some('"'), run + '“'.len_utf8()),
        Some('‘' | '’') => (Some('\''), run + '‘'.len_utf8()),
        Some('&') => match entity(after) {
            (quote @ ('"' | '\''), taken) => (Some(quote), run + taken),
            _ => (Some('\\'), run),
        },
        Some('n' | 'r') if !drive => (Some('\n'), run + 1),
        Some('t') if !drive => (Some(' '), run + 1),
        // Markdown keeps these from being markup.
        Some('_' | '*') if !drive => (next, run + 1),
        Some('u' | 'x') => {
            let digits = if next == Some('u') { 4 } else { 2 };
            let code = after
                .get(1..1 + digits)
                .and_then(|hex| u32::from_str_radix(hex, 16).ok())
                .and_then(char::from_u32);
            match code {
                Some('\u{1b}') => {
                    let taken = run + 1 + digits;
                    (None, taken + sequence(&rest[taken..]))
                }
                Some('\n' | '\r') => (Some('\n'), run + 1 + digits),
                Some(code) if code.is_control() => (Some(' '), run + 1 + digits),
                Some(code) => (Some(code), run + 1 + digits),
                None => (Some('\\'), run),
            }
        }
        Some('e') if after.starts_with("e[") => (None, run + 1 + sequence(&after[1..])),
        Some('0') if after.starts_with("033[") => (None, run + 3 + sequence(&after[3..])),
        // A folded YAML string: the line goes on without a blank.
        Some('\n' | '\r') => {
            let blanks = after.len() - after.trim_start().len();
            (None, run + blanks)
        }
        _ => (Some('\\'), run),
    }
}

/// The length of what belongs to an escape character: colours, cursor moves, window titles.
fn sequence(after: &str) -> usize {
    let mut chars = after.char_indices();
    match chars.next() {
        Some((_, '[')) => {
            for (at, ch) in chars.take(LONGEST_ESCAPE) {
                match ch {
                    '\u{20}'..='\u{3f}' => {}
                    '\u{40}'..='\u{7e}' => return at + 1,
                    _ => return at,
                }
            }
            1
        }
        Some((_, ']')) => {
            for (at, ch) in chars.take(LONGEST_ESCAPE) {
                if ch == '\u{7}' {
                    return at + 1;
                }
                if ch == '\u{1b}' {
                    return at;
                }
            }
            1
        }
        Some((_, '(' | ')')) => chars.next().map_or(1, |(at, ch)| at + ch.len_utf8()),
        _ => 0,
    }
}

/// The length of a colour whose escape character was lost on the way: `[0m`, `[1;31m`.
fn bare_colour(rest: &str) -> Option<usize> {
    let inner = rest.bytes().skip(1);
    let digits = inner
        .take(12)
        .take_while(|byte| byte.is_ascii_digit() || *byte == b';')
        .count();
    let end = rest.as_bytes().get(1 + digits)?;
    (digits > 0 && *end == b'm').then_some(digits + 2)
}

/// An HTML entity, also one that was escaped several times.
fn entity(rest: &str) -> (char, usize) {
    let mut body = rest.get(1..).unwrap_or("");
    while let Some(inner) = body.strip_prefix("amp;") {
        body = inner;
    }
    let skipped = rest.len() - body.len();
    let plain = ('&', skipped.max(1));
    let Some(end) = body.bytes().take(8).position(|byte| byte == b';') else {
        return plain;
    };
    let name = &body[..end];
    let code = match name {
        "quot" => Some('"'),
        "apos" => Some('\''),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "nbsp" => Some(' '),
        _ => name.strip_prefix('#').and_then(|number| {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse::<u32>(),
            };
            code.ok().and_then(char::from_u32)
        }),
    };
    match code {
        Some(code) if code.is_control() => (' ', skipped + end + 1),
        Some(code) => (code, skipped + end + 1),
        None => plain,
    }
}

/// Cuts boxes and blanks from the end of a line.
fn strip_end(mut line: &[Unit]) -> &[Unit] {
    while let Some((last, before)) = line.split_last() {
        if last.ch != ' ' && !BARS.contains(last.ch) {
            break;
        }
        line = before;
    }
    line
}

/// Cuts from the start of a line all that a terminal, a log driver or a quotation put there.
fn strip_prefixes(mut line: &[Unit]) -> &[Unit] {
    loop {
        let skip = prefix(line);
        if skip == 0 {
            return line;
        }
        line = line.get(skip..).unwrap_or(&[]);
    }
}

/// The length of one prefix in characters, 0 if there is none.
fn prefix(line: &[Unit]) -> usize {
    let Some(first) = line.first() else {
        return 0;
    };
    let space_at = |at: usize| line.get(at).is_none_or(|unit| unit.ch == ' ');
    match first.ch {
        ' ' => count(line, |ch| ch == ' '),
        ch if BARS.contains(ch) => 1,
        '|' | '>' if space_at(1) => 1,
        '[' => {
            let inner = count(line.get(1..).unwrap_or(&[]), |ch| ch != ']' && ch != '[');
            let closed = line.get(1 + inner).is_some_and(|unit| unit.ch == ']');
            // Short ones belong to messages: `index out of range [1] with length 1`.
            if closed && (4..=80).contains(&inner) && space_at(inner + 2) {
                inner + 2
            } else {
                0
            }
        }
        // `##[error]`, as runners of pipelines mark lines.
        '#' if line.get(1).is_some_and(|unit| unit.ch == '#')
            && line.get(2).is_some_and(|unit| unit.ch == '[') =>
        {
            let inner = count(line.get(3..).unwrap_or(&[]), |ch| ch.is_ascii_lowercase());
            let closed = line.get(3 + inner).is_some_and(|unit| unit.ch == ']');
            if closed { inner + 4 } else { 0 }
        }
        '#' => {
            let step = count(&line[1..], |ch| ch.is_ascii_digit());
            if step > 0 && space_at(step + 1) {
                step + 1
            } else {
                0
            }
        }
        '0'..='9' => time(line),
        ch if ch.is_ascii_alphabetic() => system_log(line).max(container(line)),
        _ => 0,
    }
}

/// How many characters at the start of `line` fulfil `is`.
fn count(line: &[Unit], is: impl Fn(char) -> bool) -> usize {
    line.iter().take_while(|unit| is(unit.ch)).count()
}

/// A date, a time of day, or BuildKit's seconds, followed by a blank.
fn time(line: &[Unit]) -> usize {
    let length = count(line, |ch| {
        ch.is_ascii_digit() || matches!(ch, 'T' | 'Z' | ':' | '.' | ',' | '+' | '-' | '/')
    });
    let word: String = line.iter().take(length).map(|unit| unit.ch).collect();
    let blank = line.get(length).is_some_and(|unit| unit.ch == ' ');
    let date = length >= 10 && (word.matches(['-', '/']).count() >= 2);
    let clock = length >= 8 && word.matches(':').count() >= 2;
    let seconds = word.split_once('.').is_some_and(|(whole, part)| {
        !whole.is_empty()
            && part.len() == 3
            && [whole, part]
                .iter()
                .all(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    });
    if blank && length <= 40 && (date || clock || seconds) {
        length
    } else {
        0
    }
}

/// `Nov 21 04:55:02 host unit[123]: `, as journald and syslog write.
fn system_log(line: &[Unit]) -> usize {
    let head: String = line.iter().take(160).map(|unit| unit.ch).collect();
    if !MONTHS.iter().any(|month| head.starts_with(month)) {
        return 0;
    }
    let mut words = head.split_inclusive(' ').filter(|word| *word != " ");
    let (month, day, clock, host, unit) = (
        words.next(),
        words.next(),
        words.next(),
        words.next(),
        words.next(),
    );
    let (Some(_), Some(day), Some(clock), Some(_), Some(unit)) = (month, day, clock, host, unit)
    else {
        return 0;
    };
    let fits = day.trim().bytes().all(|byte| byte.is_ascii_digit())
        && clock.matches(':').count() == 2
        && unit.trim_end().ends_with(':');
    if !fits {
        return 0;
    }
    head.find(unit)
        .map_or(0, |at| head[..at + unit.len()].chars().count())
}

/// `web-1  | `, as docker compose writes.
fn container(line: &[Unit]) -> usize {
    let name = count(line, |ch| {
        ch.is_ascii_alphanumeric() || matches!(ch, '.' | '_' | '-' | '/')
    });
    let blanks = count(line.get(name..).unwrap_or(&[]), |ch| ch == ' ');
    let bar = name + blanks;
    let fits = name <= 64
        && blanks > 0
        && line.get(bar).is_some_and(|unit| unit.ch == '|')
        && line.get(bar + 1).is_none_or(|unit| unit.ch == ' ');
    if fits { bar + 1 } else { 0 }
}
