using ApiLb.Configuration;
using ApiLb.Telemetry;

namespace ApiLb.Admin;

/// <summary>One listener as the admin surface shows it.</summary>
internal sealed record AdminListener(ListenerOptions Options, ListenerCounters Counters);
