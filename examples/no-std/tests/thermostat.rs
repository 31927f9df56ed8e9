//! The thermostat of the guide, with a sensor that answers late.

use std::time::Duration;

use example_no_std::{Error, Sensor, temperature};

#[derive(Default)]
struct Late {
    answers: Vec<Option<i32>>,
    waited: Vec<u128>,
}

impl Sensor for Late {
    fn measure(&mut self) -> Option<i32> {
        self.answers.pop().flatten()
    }

    fn wait(&mut self, time: Duration) {
        self.waited.push(time.as_millis());
    }
}

#[test]
fn the_sensor_is_asked_as_often_as_the_catalog_says() {
    let mut late = Late { answers: vec![Some(21), None, None], ..Late::default() };
    assert_eq!(temperature(&mut late), Ok(21));
    assert_eq!(late.waited, [100, 200]);
    let mut absent = Late::default();
    assert_eq!(temperature(&mut absent), Err(Error::no_sensor()));
    assert_eq!(absent.waited.len(), 3);
    let error = temperature(&mut Late { answers: vec![Some(97)], ..Late::default() }).unwrap_err();
    assert_eq!(error.to_string(), "97 degrees are too many");
}

#[test]
fn the_program_of_the_guide_is_this() {
    let guide = include_str!("../../../docs/frameworks.md");
    for text in [include_str!("../src/lib.rs"), include_str!("../errors.yaml")] {
        assert!(guide.contains(text), "{text}");
        assert!(text.lines().count() < 40, "{}", text.lines().count());
    }
}
