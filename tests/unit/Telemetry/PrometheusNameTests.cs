using ApiLb.Telemetry;
using OpenTelemetry.Metrics;
using Xunit;

namespace ApiLb.UnitTests.Telemetry;

public sealed class PrometheusNameTests
{
    [Theory]
    [InlineData("apilb_backend_failovers", "", true, "apilb_backend_failovers_total")]
    [InlineData("apilb_backend_connections_total", "", true, "apilb_backend_connections_total")]
    [InlineData("apilb_backend_bytes", "By", true, "apilb_backend_bytes_total")]
    [InlineData("apilb_backend", "By", true, "apilb_backend_bytes_total")]
    [InlineData("process_cpu_total", "s", true, "process_cpu_seconds_total")]
    [InlineData("connect_duration", "s", false, "connect_duration_seconds")]
    [InlineData("connect_duration_seconds", "s", false, "connect_duration_seconds")]
    [InlineData("slowstart", "1", false, "slowstart_ratio")]
    [InlineData("apilb.pool.ready-backends", "{backend}", false, "apilb_pool_ready_backends")]
    [InlineData("a:b", "", false, "a:b")]
    [InlineData("2fast", "", false, "_2fast")]
    public void Instrument_BecomesAPrometheusName(string instrument, string unit, bool isCounter, string expected) =>
        Assert.Equal(expected, PrometheusName.OfMetric(instrument, unit, isCounter ? MetricType.LongSum : MetricType.LongGauge));

    [Theory]
    [InlineData("pool", "pool")]
    [InlineData("server.address", "server_address")]
    [InlineData("a:b", "a_b")]
    [InlineData("1st", "_1st")]
    [InlineData("", "_")]
    public void Tag_BecomesALabelName(string tag, string expected) => Assert.Equal(expected, PrometheusName.OfLabel(tag));
}
