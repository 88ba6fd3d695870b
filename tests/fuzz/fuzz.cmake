# A line a fuzz target: tenure_fuzz(<name> LIBRARIES <targets> [SOURCES <files>] [BYTES_MAX n]) for tests/fuzz/<name>_fuzz.cc.

# From outside.
tenure_fuzz(event_envelope LIBRARIES tenure_engine_event)
tenure_fuzz(decoder_cloudevents LIBRARIES tenure_engine_event)
tenure_fuzz(record_headers LIBRARIES tenure_engine_event)
tenure_fuzz(mapping_yaml LIBRARIES tenure_engine_event)
tenure_fuzz(mapping_row LIBRARIES tenure_engine_event)
tenure_fuzz(file_rows LIBRARIES tenure_connectors_file)
# Not the whole room: Clang 14 cannot compile coroutines under the address sanitizer, and no socket is needed.
tenure_fuzz(http_request
  LIBRARIES tenure_engine_query tenure_projections Boost::headers Boost::json ZLIB::ZLIB
  SOURCES connectors/http/access.cc connectors/http/access_guard.cc connectors/http/api_routes.cc
    connectors/http/audit_log.cc connectors/http/call_context.cc connectors/http/http_routes.cc
    connectors/http/live_feed.cc connectors/http/long_answer.cc connectors/http/internal/api_calls.cc
    connectors/http/internal/api_messages.cc connectors/http/internal/base64.cc connectors/http/internal/call_codec.cc
    connectors/http/internal/call_errors.cc connectors/http/internal/chunked_body.cc
    connectors/http/internal/field_lists.cc connectors/http/internal/gzip.cc connectors/http/internal/held_answers.cc
    connectors/http/internal/json_check.cc connectors/http/internal/json_fields.cc
    connectors/http/internal/query_parameters.cc
    connectors/http/internal/request_body.cc connectors/http/internal/request_head.cc connectors/http/internal/stream_calls.cc)
tenure_fuzz(config_yaml
  LIBRARIES tenure_connectors_kafka tenure_engine_event Boost::json yaml-cpp
  SOURCES apps/tenure/config.cc apps/tenure/config_keys.cc apps/tenure/config_values.cc apps/tenure/config_sources.cc
    apps/tenure/output.cc apps/tenure/text_file.cc)
tenure_fuzz(rules_yaml LIBRARIES tenure_engine_reference)
tenure_fuzz(calendar LIBRARIES tenure_engine_reference)
tenure_fuzz(time_texts LIBRARIES tenure_engine_base BYTES_MAX 128)

# What events may say.
tenure_fuzz(reference_events LIBRARIES tenure_engine_reference)
tenure_fuzz(projections LIBRARIES tenure_engine_runtime tenure_projections)
tenure_fuzz(alert_ledger LIBRARIES tenure_engine_runtime tenure_projections)

# From disk.
tenure_fuzz(log_block LIBRARIES tenure_engine_log)
tenure_fuzz(state_store LIBRARIES tenure_engine_state)
tenure_fuzz(account_row LIBRARIES tenure_engine_runtime tenure_projections)
