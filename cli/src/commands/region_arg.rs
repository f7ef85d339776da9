//! A region of a channel, as named on the command line.

use std::str::FromStr;

use uff::model::Region;

/// Rectangle `row,column,rows,columns`, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RegionArg(pub(super) Region);

impl FromStr for RegionArg {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected row,column,rows,columns, such as 0,512,256,256";
        let numbers: Vec<usize> =
            text.split(',').map(|n| n.trim().parse()).collect::<Result<_, _>>().map_err(|_| expected)?;
        match numbers.as_slice() {
            &[row, column, rows, columns] if rows > 0 && columns > 0 => Ok(Self(Region { row, column, rows, columns })),
            _ => Err(expected.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_four_numbers_with_some_extent() {
        let region = Region { row: 0, column: 512, rows: 16, columns: 32 };
        assert_eq!("0,512, 16,32".parse(), Ok(RegionArg(region)));
        assert!(["", "1,2,3", "1,2,0,4", "1,2,3,-4", "1,2,3,4,5"].iter().all(|t| t.parse::<RegionArg>().is_err()));
    }
}
