# A line a fuzz target: tenure_fuzz(<name> LIBRARIES <targets> [BYTES_MAX n]) for tests/fuzz/<name>_fuzz.cc.
tenure_fuzz(event_envelope LIBRARIES tenure_engine_event)
tenure_fuzz(decoder_cloudevents LIBRARIES tenure_engine_event)
tenure_fuzz(mapping_yaml LIBRARIES tenure_engine_event)
tenure_fuzz(mapping_row LIBRARIES tenure_engine_event)
tenure_fuzz(rules_yaml LIBRARIES tenure_engine_reference)
