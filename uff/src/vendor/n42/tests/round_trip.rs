//! Radiation data in a UFF file: written, validated, read back.

use std::io::Cursor;
use std::sync::Arc;

use super::read;
use crate::format::UffFile;
use crate::format::WriteOptions;
use crate::format::write;
use crate::limits::Budget;
use crate::source::MemorySource;
use crate::testing::PORTAL_2006;
use crate::testing::PORTAL_2011;
use crate::validate::Severity;
use crate::validate::ValidateOptions;
use crate::validate::validate;

#[test]
fn a_scan_without_views_is_written_validated_and_read_back() {
    for document in [PORTAL_2011, PORTAL_2006] {
        let bundle = read(document).unwrap();
        let mut file = Cursor::new(Vec::new());
        write(&bundle, &mut file, &WriteOptions::default(), &Budget::default()).unwrap();
        let source = Arc::new(MemorySource::new("portal.uff", file.into_inner()));
        let report = validate(source.clone(), &ValidateOptions::default(), &Budget::default());
        let failures: Vec<_> = report.findings().iter().filter(|f| f.severity >= Severity::Warning).collect();
        assert!(failures.is_empty(), "{failures:?}");
        let again = UffFile::open(source, &Budget::default()).unwrap().bundle().unwrap();
        assert_eq!(again.scan.radiation, bundle.scan.radiation);
        let bits = |series: &[f64]| series.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(again.series.len(), bundle.series.len());
        for (name, values) in &bundle.series {
            assert_eq!(bits(&again.series[name]), bits(values), "{name}");
        }
        let mut kept = vec![0; document.len()];
        again.blobs.get("radiation/n42").unwrap().read_exact_at(0, &mut kept).unwrap();
        assert_eq!(kept, document.as_bytes());
    }
}
