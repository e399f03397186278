//! Small pictures of the page, and the distance between two of them.
//!
//! A picture is kept at a fifth of its size or less, in few colours. Two pictures are compared cell by cell:
//! an offset of a pixel or other smoothing changes the colour of a cell little; a missing sign, disc or
//! colour changes that of some cells much.

use crate::Outcome;

/// The width of a kept picture, in pixels.
pub const WIDTH: usize = 200;
/// The side of a cell, in pixels of a kept picture: about half a node.
const CELL: usize = 5;
/// The step between the levels of a channel in a kept picture.
const STEP: u8 = 17;

/// A picture with three bytes per pixel: red, green, blue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

/// The distance between two pictures, in levels of a channel from 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    /// The mean over the cells of the picture.
    pub mean: f64,
    /// The distance of the cell that differs most.
    pub greatest: f64,
    /// The position of that cell, in pixels of the kept picture.
    pub at: (usize, usize),
}

impl Distance {
    /// Returns whether the pictures differ in content, rather than in how two machines draw the same.
    pub fn is_apart(&self) -> bool {
        const MEAN_MAX: f64 = 1.5;
        const GREATEST_MAX: f64 = 36.0;
        self.mean > MEAN_MAX || self.greatest > GREATEST_MAX
    }
}

impl Picture {
    /// Decodes a PNG with eight bits per channel.
    ///
    /// # Errors
    /// It is not a PNG, or has another format.
    pub fn read(bytes: &[u8]) -> Outcome<Picture> {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info()?;
        let mut pixels = vec![0; reader.output_buffer_size().ok_or("the picture is too large")?];
        let info = reader.next_frame(&mut pixels)?;
        if info.bit_depth != png::BitDepth::Eight {
            return Err(format!("a picture of {:?} per channel; accepted: eight bits", info.bit_depth).into());
        }
        let channels = info.color_type.samples();
        let rgb = match channels {
            3 | 4 => pixels.chunks_exact(channels).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect(),
            _ => return Err(format!("a picture of {channels} channels; accepted: 3 or 4").into()),
        };
        Ok(Picture { width: info.width as usize, height: info.height as usize, rgb })
    }

    /// Encodes the picture as a PNG.
    ///
    /// # Errors
    /// Its width or height is 0.
    pub fn write(&self) -> Outcome<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut encoder =
            png::Encoder::new(&mut bytes, u32::try_from(self.width)?, u32::try_from(self.height)?);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::High);
        encoder.write_header()?.write_image_data(&self.rgb)?;
        Ok(bytes)
    }

    /// Returns the mean colour of a rectangle.
    fn mean(&self, from: (usize, usize), to: (usize, usize)) -> [f64; 3] {
        let mut sums = [0.0; 3];
        for y in from.1..to.1 {
            for x in from.0..to.0 {
                let at = (y * self.width + x) * 3;
                for (sum, value) in sums.iter_mut().zip(&self.rgb[at..at + 3]) {
                    *sum += f64::from(*value);
                }
            }
        }
        let pixels = ((to.0 - from.0) * (to.1 - from.1)).max(1) as f64;
        sums.map(|sum| sum / pixels)
    }

    /// Returns the picture as it is kept: [`WIDTH`] pixels wide, in few colours.
    pub fn shrunk(&self) -> Picture {
        let height = (self.height * WIDTH).div_ceil(self.width.max(1));
        let place = |at: usize, size: usize, of: usize| {
            (at * of / size, ((at + 1) * of / size).max(at * of / size + 1).min(of))
        };
        let mut rgb = Vec::with_capacity(WIDTH * height * 3);
        for y in 0..height {
            for x in 0..WIDTH {
                let ((left, right), (top, bottom)) =
                    (place(x, WIDTH, self.width), place(y, height, self.height));
                let few = |value: f64| (value / f64::from(STEP)).round() as u8 * STEP;
                rgb.extend(self.mean((left, top), (right, bottom)).map(few));
            }
        }
        Picture { width: WIDTH, height, rgb }
    }

    /// Returns the distance to another picture.
    ///
    /// # Errors
    /// The widths differ, or the heights differ by more than a pixel, which rounding explains.
    pub fn distance(&self, other: &Picture) -> Outcome<Distance> {
        if self.width != other.width || self.height.abs_diff(other.height) > 1 {
            let sizes = (self.width, self.height, other.width, other.height);
            return Err(format!(
                "pictures of {} x {} and {} x {} pixels",
                sizes.0, sizes.1, sizes.2, sizes.3
            )
            .into());
        }
        let (mut sum, mut cells) = (0.0, 0.0);
        let mut distance = Distance { mean: 0.0, greatest: 0.0, at: (0, 0) };
        for y in (0..self.height.min(other.height)).step_by(CELL) {
            for x in (0..self.width).step_by(CELL) {
                let to = |one: &Picture| {
                    ((x + CELL).min(one.width), (y + CELL).min(self.height.min(other.height)))
                };
                let (mine, theirs) = (self.mean((x, y), to(self)), other.mean((x, y), to(other)));
                let apart = mine.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                sum += apart;
                cells += 1.0;
                if apart > distance.greatest {
                    distance = Distance { greatest: apart, at: (x, y), ..distance };
                }
            }
        }
        Ok(Distance { mean: sum / f64::max(cells, 1.0), ..distance })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    impl Picture {
        /// Returns the picture with a disc painted over it.
        fn with_disc(&self, center: (usize, usize), radius: usize, colour: [u8; 3]) -> Picture {
            let mut painted = self.clone();
            for y in 0..self.height {
                for x in 0..self.width {
                    if x.abs_diff(center.0).pow(2) + y.abs_diff(center.1).pow(2) <= radius.pow(2) {
                        let at = (y * self.width + x) * 3;
                        painted.rgb[at..at + 3].copy_from_slice(&colour);
                    }
                }
            }
            painted
        }

        /// Returns the picture moved to the right by a number of pixels.
        fn moved(&self, by: usize) -> Picture {
            let mut moved = self.clone();
            for (to, from) in
                moved.rgb.chunks_exact_mut(self.width * 3).zip(self.rgb.chunks_exact(self.width * 3))
            {
                to[by * 3..].copy_from_slice(&from[..from.len() - by * 3]);
            }
            moved
        }
    }

    const PAPER: [u8; 3] = [255, 255, 255];
    const LEADER: [u8; 3] = [46, 125, 50];
    const FOLLOWER: [u8; 3] = [64, 196, 255];

    /// Returns a picture of two nodes, five times as large as it is kept.
    fn ring() -> Picture {
        let (width, height) = (1_000, 600);
        let blank = Picture { width, height, rgb: PAPER.repeat(width * height) };
        blank.with_disc((300, 300), 30, LEADER).with_disc((700, 300), 30, FOLLOWER)
    }

    fn apart(one: &Picture, other: &Picture) -> Distance {
        one.shrunk().distance(&other.shrunk()).unwrap()
    }

    #[test]
    fn small_offsets_make_a_small_distance() {
        let kept = ring();
        assert_eq!(apart(&kept, &kept).greatest, 0.0);
        let moved = apart(&kept, &kept.moved(1));
        assert!(!moved.is_apart(), "{moved:?}");
        let read = Picture::read(&kept.shrunk().write().unwrap()).unwrap();
        assert_eq!(read, kept.shrunk());
    }

    #[test]
    fn a_missing_node_or_colour_makes_a_large_distance() {
        let kept = ring();
        let missing = apart(&kept, &kept.with_disc((700, 300), 30, PAPER));
        assert!(missing.is_apart(), "{missing:?}");
        // The position is that of the right node.
        assert!(missing.at.0.abs_diff(140) <= 10 && missing.at.1.abs_diff(60) <= 10, "{missing:?}");
        let other_role = apart(&kept, &kept.with_disc((300, 300), 30, FOLLOWER));
        assert!(other_role.is_apart(), "{other_role:?}");
        // A sign that covers a quarter of a disc counts as well.
        let sign = apart(&kept, &kept.with_disc((700, 300), 15, PAPER));
        assert!(sign.is_apart(), "{sign:?}");
    }

    #[test]
    fn other_sizes_and_other_formats_are_refused() {
        let narrow = Picture { width: 10, height: 10, rgb: PAPER.repeat(100) };
        assert!(narrow.distance(&ring()).unwrap_err().to_string().contains("10 x 10"));
        assert!(Picture::read(b"no picture").is_err());
    }
}
