/// Puts a type on the wire as text: as its `Display` writes it and its `FromStr` reads it.
macro_rules! text_on_the_wire {
    ($type:ident) => {
        #[cfg(any(feature = "ssr", test))]
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        #[cfg(any(feature = "ssr", test))]
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        miniserde::make_place!(Place);

        impl miniserde::de::Visitor for Place<$type> {
            fn string(&mut self, text: &str) -> miniserde::Result<()> {
                self.out = Some(text.parse().map_err(|_| miniserde::Error)?);
                Ok(())
            }
        }

        impl miniserde::Deserialize for $type {
            fn begin(out: &mut Option<Self>) -> &mut dyn miniserde::de::Visitor {
                Place::new(out)
            }
        }
    };
}
pub(super) use text_on_the_wire;
