#include "connectors/http/engine_metrics.h"

#include <algorithm>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <utility>
#include <vector>

namespace tenure {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

// The families of one scrape. Prometheus' numbers are floating point; nothing of them is stored.
struct Metrics {
  std::vector<MetricFamily> families;

  MetricFamily& family(MetricType type, std::string name, std::string help) {
    families.push_back({std::move(name), std::move(help), type, {}});
    return families.back();
  }
  static void add(MetricFamily& family, double value, Labels labels = {}) {
    ClientMetric sample;
    sample.label = std::move(labels);
    if (family.type == MetricType::Counter)
      sample.counter.value = value;
    else
      sample.gauge.value = value;
    family.metric.push_back(std::move(sample));
  }
  void counter(std::string name, std::string help, std::uint64_t value) {
    add(family(MetricType::Counter, std::move(name), std::move(help)), static_cast<double>(value));
  }
  void gauge(std::string name, std::string help, double value) {
    add(family(MetricType::Gauge, std::move(name), std::move(help)), value);
  }
  void flag(std::string name, std::string help, bool value) {
    gauge(std::move(name), std::move(help) + " (1) or not (0)", value ? 1 : 0);
  }
};

void add_ingest(const IngestCounters& counters, Metrics& out) {
  out.counter("tenure_runtime_records_read_total", "Records read from sources", counters.records);
  out.counter("tenure_runtime_records_skipped_total", "Records that carry no event",
              counters.skipped);
  out.counter("tenure_runtime_records_redelivered_total",
              "Records below the stored offset, dropped", counters.redelivered);
  out.counter("tenure_runtime_events_accepted_total", "Events logged", counters.accepted);
  out.counter("tenure_runtime_events_repeated_total", "Events known already, not logged",
              counters.repeated);
  out.counter("tenure_runtime_events_conflicting_total",
              "Events with other content under a known identity", counters.conflicts);
  out.counter("tenure_runtime_events_quarantined_total", "Records that could not be read",
              counters.quarantined);
  out.counter("tenure_log_appends_total", "Synced appends", counters.appends);
  out.counter("tenure_review_transitions_told_total", "Alert transitions logged", counters.told);
}

void add_engine(const Engine& engine, const EngineStatus& status, Metrics& out) {
  std::string why;
  out.counter("tenure_review_runs_total", "Reviews of accounts", status.reviews);
  out.counter("tenure_runtime_refolds_total", "Accounts folded again after a late event",
              status.refolds);
  out.counter("tenure_state_checkpoints_total", "Checkpoints of shards", status.checkpoints);
  out.gauge("tenure_runtime_accounts", "Accounts known", static_cast<double>(status.accounts));
  out.gauge("tenure_runtime_folded_lag_events", "Events logged and not folded yet",
            static_cast<double>(status.folded_lag));
  const std::int64_t closed_us = status.closed == Instant::always() ? 0 : status.closed.us;
  out.gauge("tenure_runtime_closed_timestamp_seconds",
            "Every due up to this instant was fired; 0 before the first",
            static_cast<double>(closed_us) / 1e6);
  out.flag("tenure_runtime_ready", "Whether /readyz says ready", engine.ready(why));
  out.flag("tenure_runtime_failed", "Whether the engine stopped on an error",
           status.failure.has_value());
  out.flag("tenure_runtime_caught_up", "Whether everything that is there is folded",
           status.caught_up);
  out.flag("tenure_runtime_behind", "Whether a source is behind", status.behind);
  out.flag("tenure_runtime_complete", "Whether answers lack no events", engine.complete());
}

void add_partitions(const std::vector<PartitionStatus>& partitions, Metrics& out) {
  Metrics own;
  own.families.reserve(4);
  MetricFamily& assigned = own.family(MetricType::Gauge, "tenure_source_assigned",
                                      "Whether this process reads the partition (1) or not (0)");
  MetricFamily& stopped = own.family(MetricType::Gauge, "tenure_source_stopped",
                                     "Whether the partition waits for an operator (1) or not (0)");
  MetricFamily& next =
      own.family(MetricType::Gauge, "tenure_source_next_offset", "The next offset to be read");
  MetricFamily& lag =
      own.family(MetricType::Gauge, "tenure_source_lag_records",
                 "Records between the next offset and the partition's end, where it is known");
  for (const PartitionStatus& one : partitions) {
    const Labels labels{{"partition", one.name}};
    Metrics::add(assigned, one.assigned ? 1 : 0, labels);
    Metrics::add(stopped, one.stopped == StopReason::kNone ? 0 : 1, labels);
    Metrics::add(next, static_cast<double>(one.next), labels);
    if (one.end >= 0)
      Metrics::add(lag, static_cast<double>(std::max<std::int64_t>(one.end - one.next, 0)), labels);
  }
  for (MetricFamily& family : own.families) out.families.push_back(std::move(family));
}

void add_http(const HttpCounters& http, Metrics& out) {
  out.gauge("tenure_http_connections", "Connections open",
            static_cast<double>(http.connections.load()));
  out.counter("tenure_http_connections_accepted_total", "Connections accepted",
              http.connections_accepted);
  out.counter("tenure_http_connections_refused_total", "Connections over the limit",
              http.connections_refused);
  out.counter("tenure_http_connections_ended_total",
              "Connections that kept the server waiting when all places were taken",
              http.connections_ended);
  out.counter("tenure_http_requests_total", "Requests answered by a handler", http.requests);
  out.counter("tenure_http_requests_refused_total", "Requests that broke framing or a limit",
              http.requests_refused);
  out.counter("tenure_http_deadlines_missed_total", "Clients that were too slow",
              http.deadlines_missed);
  out.gauge("tenure_http_subscribers", "Answers that go on, open",
            static_cast<double>(http.subscribers.load()));
  out.counter("tenure_http_subscribers_refused_total", "Subscribers over the limit",
              http.subscribers_refused);
  out.counter("tenure_http_subscribers_dropped_total", "Subscribers that took nothing for too long",
              http.subscribers_dropped);
}

}  // namespace

std::string metrics_text(const Engine& engine, const HttpCounters& http, std::string_view version) {
  const EngineStatus status = engine.status();
  Metrics metrics;
  Metrics::add(metrics.family(MetricType::Gauge, "tenure_build_info", "The build that runs"), 1,
               {{"version", std::string(version)}});
  add_ingest(engine.counters(), metrics);
  add_engine(engine, status, metrics);
  add_partitions(status.partitions, metrics);
  add_http(http, metrics);
  return prometheus::TextSerializer().Serialize(metrics.families);
}

}  // namespace tenure
