//! Documents of an invented radiation portal in both dialects of ANSI N42.42, written from the schema.

/// Portal of lane 3, dialect of 2011: background, then four slices of 0.5 s with a vehicle in the middle two; a gamma
/// panel with two energy windows, a spectrometer and a neutron tube; a neutron alarm and an isotope alarm. It is valid
/// against `n42.xsd` and ends without a line feed.
pub const PORTAL_2011: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<RadInstrumentData xmlns="http://physics.nist.gov/N42/2011/N42" n42DocUUID="5b0c3d7e-1111-4222-8333-0123456789ab">
  <RadInstrumentDataCreatorName>Portal</RadInstrumentDataCreatorName>
  <RadInstrumentInformation id="I">
    <RadInstrumentManufacturerName>Portal Works</RadInstrumentManufacturerName>
    <RadInstrumentIdentifier>RPM17</RadInstrumentIdentifier>
    <RadInstrumentModelName>Gate 4</RadInstrumentModelName>
    <RadInstrumentClassCode>Spectroscopic Portal Monitor</RadInstrumentClassCode>
    <RadInstrumentVersion>
      <RadInstrumentComponentName>Software</RadInstrumentComponentName>
      <RadInstrumentComponentVersion>7</RadInstrumentComponentVersion>
    </RadInstrumentVersion>
    <RadInstrumentCharacteristics>
      <Characteristic>
        <CharacteristicName>Lane Number</CharacteristicName>
        <CharacteristicValue>3</CharacteristicValue>
        <CharacteristicValueUnits>unit-less</CharacteristicValueUnits>
        <CharacteristicValueDataClassCode>string</CharacteristicValueDataClassCode>
      </Characteristic>
    </RadInstrumentCharacteristics>
  </RadInstrumentInformation>
  <RadDetectorInformation id="Aa1">
    <RadDetectorName>left panel</RadDetectorName>
    <RadDetectorCategoryCode>Gamma</RadDetectorCategoryCode>
    <RadDetectorKindCode>PVT</RadDetectorKindCode>
  </RadDetectorInformation>
  <RadDetectorInformation id="Ba1">
    <RadDetectorCategoryCode>Gamma</RadDetectorCategoryCode>
    <RadDetectorKindCode>NaI</RadDetectorKindCode>
  </RadDetectorInformation>
  <RadDetectorInformation id="Aa1N">
    <RadDetectorCategoryCode>Neutron</RadDetectorCategoryCode>
    <RadDetectorKindCode>He3</RadDetectorKindCode>
  </RadDetectorInformation>
  <RadItemInformation id="T"/>
  <EnergyCalibration id="E"><CoefficientValues>0 3 0</CoefficientValues></EnergyCalibration>
  <EnergyWindows id="W">
    <WindowStartEnergyValues>20 150</WindowStartEnergyValues>
    <WindowEndEnergyValues>150 3000</WindowEndEnergyValues>
  </EnergyWindows>
  <RadMeasurement id="B">
    <MeasurementClassCode>Background</MeasurementClassCode>
    <StartDateTime>2026-11-22T03:13:00+01:00</StartDateTime>
    <RealTimeDuration>PT60S</RealTimeDuration>
    <GrossCounts id="B1" radDetectorInformationReference="Aa1" energyWindowsReference="W">
      <LiveTimeDuration>PT60S</LiveTimeDuration><CountData>6000 9000</CountData>
    </GrossCounts>
    <GrossCounts id="B2" radDetectorInformationReference="Aa1N">
      <LiveTimeDuration>PT60S</LiveTimeDuration><CountData>30</CountData>
    </GrossCounts>
    <OccupancyIndicator>false</OccupancyIndicator>
  </RadMeasurement>
  <RadMeasurement id="M1">
    <MeasurementClassCode>Foreground</MeasurementClassCode>
    <StartDateTime>2026-11-22T03:14:10+01:00</StartDateTime>
    <RealTimeDuration>PT0.5S</RealTimeDuration>
    <Spectrum id="M1S" radDetectorInformationReference="Ba1" energyCalibrationReference="E">
      <LiveTimeDuration>PT0.49S</LiveTimeDuration><ChannelData compressionCode="CountedZeroes">0 3 5 0 1 7</ChannelData>
    </Spectrum>
    <GrossCounts id="M11" radDetectorInformationReference="Aa1" energyWindowsReference="W">
      <LiveTimeDuration>PT0.5S</LiveTimeDuration><CountData>51 74</CountData>
    </GrossCounts>
    <GrossCounts id="M12" radDetectorInformationReference="Aa1N">
      <LiveTimeDuration>PT0.5S</LiveTimeDuration><CountData>0</CountData>
    </GrossCounts>
    <OccupancyIndicator>false</OccupancyIndicator>
  </RadMeasurement>
  <RadMeasurement id="M2">
    <MeasurementClassCode>Foreground</MeasurementClassCode>
    <StartDateTime>2026-11-22T03:14:10.5+01:00</StartDateTime>
    <RealTimeDuration>PT0.5S</RealTimeDuration>
    <Spectrum id="M2S" radDetectorInformationReference="Ba1" energyCalibrationReference="E">
      <LiveTimeDuration>PT0.48S</LiveTimeDuration><ChannelData>0 0 0 9 0 40</ChannelData>
    </Spectrum>
    <GrossCounts id="M21" radDetectorInformationReference="Aa1" energyWindowsReference="W">
      <LiveTimeDuration>PT0.5S</LiveTimeDuration><CountData>44 260</CountData>
    </GrossCounts>
    <GrossCounts id="M22" radDetectorInformationReference="Aa1N">
      <LiveTimeDuration>PT0.5S</LiveTimeDuration><CountData>6</CountData>
    </GrossCounts>
    <RadItemState radItemInformationReference="T"><StateVector><SpeedValue>2.5</SpeedValue></StateVector></RadItemState>
    <OccupancyIndicator>true</OccupancyIndicator>
  </RadMeasurement>
  <RadMeasurement id="M3">
    <MeasurementClassCode>Foreground</MeasurementClassCode>
    <StartDateTime>2026-11-22T03:14:11+01:00</StartDateTime>
    <RealTimeDuration>PT0.5S</RealTimeDuration>
    <GrossCounts id="M31" radDetectorInformationReference="Aa1" energyWindowsReference="W">
      <LiveTimeDuration>PT0.5S</LiveTimeDuration><CountData>47 198</CountData>
    </GrossCounts>
    <OccupancyIndicator>true</OccupancyIndicator>
  </RadMeasurement>
  <RadMeasurement id="M4">
    <MeasurementClassCode>Foreground</MeasurementClassCode>
    <StartDateTime>2026-11-22T03:14:11.5+01:00</StartDateTime>
    <RealTimeDuration>PT0.5S</RealTimeDuration>
    <OccupancyIndicator>false</OccupancyIndicator>
  </RadMeasurement>
  <AnalysisResults radMeasurementReferences="M1 M2 M3 M4">
    <RadAlarm radDetectorInformationReferences="Aa1N">
      <RadAlarmDateTime>2026-11-22T03:14:10.7+01:00</RadAlarmDateTime>
      <RadAlarmCategoryCode>Neutron</RadAlarmCategoryCode>
      <RadAlarmDescription>6 neutrons, 1 expected</RadAlarmDescription>
    </RadAlarm>
    <RadAlarm radDetectorInformationReferences="Ba1">
      <RadAlarmCategoryCode>Isotope</RadAlarmCategoryCode>
    </RadAlarm>
    <NuclideAnalysisResults>
      <Nuclide>
        <NuclideIdentifiedIndicator>true</NuclideIdentifiedIndicator>
        <NuclideName>Cs-137</NuclideName>
        <NuclideIDConfidenceValue>91</NuclideIDConfidenceValue>
        <NuclideIDConfidenceDescription>high</NuclideIDConfidenceDescription>
        <NuclideCategoryDescription>Industrial</NuclideCategoryDescription>
      </Nuclide>
      <Nuclide>
        <NuclideIdentifiedIndicator>false</NuclideIdentifiedIndicator>
        <NuclideName>Co-60</NuclideName>
        <NuclideIDConfidenceValue>3</NuclideIDConfidenceValue>
      </Nuclide>
    </NuclideAnalysisResults>
  </AnalysisResults>
</RadInstrumentData>"#;

/// Portal of lane 3, dialect of 2006: two slices of 0.1 s, the second with a vehicle, times without offset.
pub const PORTAL_2006: &str = r#"<?xml version="1.0"?>
<N42InstrumentData xmlns="http://physics.nist.gov/Divisions/Div846/Gp4/ANSIN4242/2005/ANSIN4242" xmlns:v="urn:vendor">
  <Measurement UUID="0a1b2c3d-0000-4000-8000-00000000feed">
    <InstrumentInformation>
      <InstrumentType>PortalMonitor</InstrumentType>
      <Manufacturer>Portal Works</Manufacturer>
      <InstrumentModel>Gate 2</InstrumentModel>
      <InstrumentID>RPM-5</InstrumentID>
      <InstrumentVersion>2.1</InstrumentVersion>
      <LaneNumber>3</LaneNumber>
    </InstrumentInformation>
    <DetectorData>
      <StartTime>2026-11-22T03:14:10</StartTime>
      <SampleRealTime>PT0.1S</SampleRealTime>
      <Occupied>0</Occupied>
      <DetectorMeasurement Detector="Aa1" DetectorType="Gamma">
        <GrossCountMeasurement><GrossCounts>21</GrossCounts></GrossCountMeasurement>
      </DetectorMeasurement>
      <DetectorMeasurement Detector="Aa1N" DetectorType="Neutron">
        <GrossCountMeasurement><GrossCounts>1</GrossCounts></GrossCountMeasurement>
      </DetectorMeasurement>
    </DetectorData>
    <DetectorData>
      <StartTime>2026-11-22T03:14:10.1</StartTime>
      <SampleRealTime>PT0.1S</SampleRealTime>
      <Occupied>1</Occupied>
      <Speed Units="mph">5</Speed>
      <DetectorMeasurement Detector="Aa1" DetectorType="Gamma">
        <GrossCountMeasurement><GrossCounts>84</GrossCounts></GrossCountMeasurement>
      </DetectorMeasurement>
      <DetectorMeasurement>
        <SpectrumMeasurement>
          <SpectrumAvailable>1</SpectrumAvailable>
          <Spectrum Detector="Ba1">
            <RealTime>PT0.1S</RealTime>
            <LiveTime>PT0.09S</LiveTime>
            <SourceType>Item</SourceType>
            <DetectorType>NaI</DetectorType>
            <ChannelData Compression="CountedZeroes">0 2 4 6</ChannelData>
          </Spectrum>
        </SpectrumMeasurement>
      </DetectorMeasurement>
    </DetectorData>
    <AnalysisResults>
      <NuclideAnalysis>
        <Nuclide>
          <NuclideName>K-40</NuclideName>
          <NuclideType>Natural</NuclideType>
          <NuclideIDConfidenceIndication>80</NuclideIDConfidenceIndication>
        </Nuclide>
        <Nuclide>
          <NuclideName>Co-60</NuclideName>
          <NuclideIDConfidenceIndication>0</NuclideIDConfidenceIndication>
          <NuclideIDConfidenceDescription>Undetected</NuclideIDConfidenceDescription>
        </Nuclide>
      </NuclideAnalysis>
    </AnalysisResults>
    <v:Alarm>gamma</v:Alarm>
  </Measurement>
</N42InstrumentData>"#;
