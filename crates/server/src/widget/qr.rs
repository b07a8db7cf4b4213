//! The code that continues a session on another device: an SVG inside the page, for no picture is loaded.

use qrcode::{Color, EcLevel, QrCode};

/// Empty modules around the code (ISO/IEC 18004: four).
const QUIET: usize = 4;

/// Draws an address; `None` when it is too long for a code.
pub(crate) fn svg(address: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
    let (width, modules) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in modules.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let (left, top, long) = (x + QUIET, y + QUIET, run.len());
                path.push_str(&format!("M{left} {top}h{long}v1h-{long}z"));
            }
            x += run.len();
        }
    }
    let side = width + 2 * QUIET;
    Some(format!(
        "<svg viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" aria-hidden=\"true\"><path fill=\"#fff\" \
         d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paints the drawing and compares it with the code, module by module.
    #[test]
    fn the_drawing_is_the_code() {
        let address = "https://conecta.example/widget/s/0123456789abcdefghijklmnopqrstuvwxyz012345/";
        let code = QrCode::with_error_correction_level(address, EcLevel::M).unwrap();
        let drawn = svg(address).unwrap();
        let path = drawn.split(" d=\"").nth(2).unwrap().split('"').next().unwrap();
        let mut painted = vec![Color::Light; code.width() * code.width()];
        for run in path.split('z').filter(|run| !run.is_empty()) {
            let numbers: Vec<usize> = run.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
            let (x, y, long) = (numbers[0] - QUIET, numbers[1] - QUIET, numbers[2]);
            for at in 0..long {
                painted[y * code.width() + x + at] = Color::Dark;
            }
        }
        assert_eq!(painted, code.to_colors());
    }

    #[test]
    fn what_is_too_long_is_not_drawn() {
        assert!(svg(&"x".repeat(10_000)).is_none());
    }
}
