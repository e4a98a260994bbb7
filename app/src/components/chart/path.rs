use std::fmt::Write as _;

/// One point of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Vertex {
    pub(super) x: f32,
    pub(super) y: f32,
    /// Nothing leads to it from the point before: there is a hole between them, or there is none before.
    pub(super) starts: bool,
}

/// What is drawn of one series: the `d` of its line and of the area between the line and the base.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Shape {
    pub(super) line: String,
    pub(super) area: String,
}

impl Shape {
    /// Draws `vertices` over `base` (a y). Takes the strings of `before`, which are about as long.
    pub(super) fn draw(before: Self, vertices: &[Vertex], base: f32) -> Self {
        let mut shape = before;
        line(&mut shape.line, vertices);
        area(&mut shape.area, vertices, base);
        shape
    }
}

fn line(d: &mut String, vertices: &[Vertex]) {
    d.clear();
    for run in runs(vertices) {
        d.push('M');
        points(d, run);
        if run.len() == 1 {
            // A point alone: a line without length, of which the round ends are seen.
            d.push_str("h0");
        }
    }
}

fn area(d: &mut String, vertices: &[Vertex], base: f32) {
    d.clear();
    for run in runs(vertices) {
        d.push('M');
        coordinate(d, run[0].x);
        d.push(' ');
        coordinate(d, base);
        d.push('L');
        points(d, run);
        d.push('V');
        coordinate(d, base);
        d.push('Z');
    }
}

/// The stretches without a hole; none is empty.
fn runs(vertices: &[Vertex]) -> impl Iterator<Item = &[Vertex]> {
    vertices.chunk_by(|_, next| !next.starts)
}

fn points(d: &mut String, run: &[Vertex]) {
    for (at, vertex) in run.iter().enumerate() {
        if at > 0 {
            d.push(' ');
        }
        coordinate(d, vertex.x);
        d.push(' ');
        coordinate(d, vertex.y);
    }
}

/// Writes a coordinate with at most one decimal: a tenth of a unit is less than a pixel.
pub(super) fn coordinate(d: &mut String, number: f32) {
    // A cast takes NaN for 0 and infinity for the largest number, so that what is written is always a number.
    let tenths = (number * 10.0).round() as i32;
    if tenths < 0 {
        d.push('-');
    }
    let tenths = tenths.unsigned_abs();
    // Writing to a string does not fail.
    let _ = write!(d, "{}", tenths / 10);
    if !tenths.is_multiple_of(10) {
        let _ = write!(d, ".{}", tenths % 10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn vertex(x: f32, y: f32, starts: bool) -> Vertex {
        Vertex { x, y, starts }
    }

    #[test]
    fn draws_runs_apart() {
        let vertices = [
            vertex(0.0, 10.0, true),
            vertex(2.04, 20.25, false),
            vertex(500.0, 5.0, true),
            vertex(900.0, 5.0, true),
            vertex(1000.0, 0.0, false),
        ];
        let shape = Shape::draw(Shape { line: "old".into(), area: "old".into() }, &vertices, 100.0);
        assert_eq!(shape.line, "M0 10 2 20.3M500 5h0M900 5 1000 0");
        assert_eq!(shape.area, "M0 100L0 10 2 20.3V100ZM500 100L500 5V100ZM900 100L900 5 1000 0V100Z");
        assert_eq!(Shape::draw(shape, &[], 100.0), Shape::default());
    }

    #[test]
    fn writes_coordinates() {
        for (number, written) in
            [(0.0, "0"), (-0.04, "0"), (-0.26, "-0.3"), (12.0, "12"), (12.34, "12.3"), (99.96, "100")]
        {
            let mut d = String::new();
            coordinate(&mut d, number);
            assert_eq!(d, written);
        }
    }

    proptest! {
        #[test]
        fn holds_only_numbers(points in proptest::collection::vec((any::<f32>(), any::<f32>(), any::<bool>()), 0..50)) {
            let vertices: Vec<Vertex> = points.iter().map(|&(x, y, starts)| vertex(x, y, starts)).collect();
            let shape = Shape::draw(Shape::default(), &vertices, 50.0);
            for d in [&shape.line, &shape.area] {
                prop_assert!(d.chars().all(|sign| "0123456789.- MLVZh".contains(sign)), "{}", d);
            }
        }

        #[test]
        fn joins_no_hole(starts in proptest::collection::vec(any::<bool>(), 1..50)) {
            let vertices: Vec<Vertex> =
                starts.iter().enumerate().map(|(at, &starts)| vertex(at as f32, 1.0, starts)).collect();
            let shape = Shape::draw(Shape::default(), &vertices, 100.0);
            let holes = starts[1..].iter().filter(|&&starts| starts).count();
            prop_assert_eq!(shape.line.matches('M').count(), holes + 1);
            prop_assert_eq!(shape.area.matches('Z').count(), holes + 1);
        }
    }
}
