using System.Diagnostics.Metrics;
using System.Text;
using ApiLb.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Xunit;

namespace ApiLb.UnitTests.Telemetry;

public sealed class PrometheusExporterTests : IDisposable
{
    private readonly Meter _meter = new($"test-{Guid.NewGuid()}");
    private readonly PrometheusExporter _exporter = new();
    private readonly MeterProvider _provider;

    public PrometheusExporterTests() =>
        _provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(_meter.Name)
            .AddView("latency", new ExplicitBucketHistogramConfiguration { Boundaries = [0.5, 1, 86400] })
            .AddReader(new BaseExportingMetricReader(_exporter))
            .Build();

    public void Dispose()
    {
        _meter.Dispose();
        _provider.Dispose();
    }

    [Fact]
    public void Counter_HasHelpTypeAndTotal()
    {
        _meter.CreateCounter<long>("requests", null, "How many.").Add(3, new KeyValuePair<string, object?>("pool", "cp"));

        Assert.Equal("# HELP requests_total How many.\n# TYPE requests_total counter\nrequests_total{pool=\"cp\"} 3\n", Scrape());
    }

    [Fact]
    public void LabelValue_IsEscaped()
    {
        _meter.CreateCounter<long>("c").Add(1, new KeyValuePair<string, object?>("path", "a\\b\"c\nd"));

        Assert.Contains("""c_total{path="a\\b\"c\nd"} 1""", Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void Help_EscapesNewlineAndBackslashButNotQuotes()
    {
        _meter.CreateObservableGauge("g", () => 1, description: "one\\two\n\"three\"");

        Assert.Contains("# HELP g one\\\\two\\n\"three\"\n", Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void Histogram_BucketsAreCumulativeAndEndWithTheCount()
    {
        var latency = _meter.CreateHistogram<double>("latency", "s", "x");
        foreach (var value in (double[])[0.1, 0.5, 0.7, 100_000])
        {
            latency.Record(value, new KeyValuePair<string, object?>("pool", "cp"));
        }

        var expected = """
            # HELP latency_seconds x
            # TYPE latency_seconds histogram
            latency_seconds_bucket{pool="cp",le="0.5"} 2
            latency_seconds_bucket{pool="cp",le="1"} 3
            latency_seconds_bucket{pool="cp",le="86400"} 3
            latency_seconds_bucket{pool="cp",le="+Inf"} 4
            latency_seconds_sum{pool="cp"} 100001.3
            latency_seconds_count{pool="cp"} 4

            """;
        Assert.Equal(expected, Scrape());
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(0.1, "0.1")]
    [InlineData(1763669716.021, "1763669716.021")]
    [InlineData(-0.5, "-0.5")]
    public void Value_IsWrittenAsPrometheusReadsIt(double value, string expected)
    {
        _meter.CreateObservableGauge("g", () => value);

        Assert.EndsWith($"\ng {expected}\n", Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void UpDownCounter_IsAGauge()
    {
        _meter.CreateUpDownCounter<long>("open").Add(-2);

        Assert.Contains("# TYPE open gauge\nopen -2\n", Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void SecondScrape_RepeatsTheTotals()
    {
        _meter.CreateCounter<long>("c").Add(1);
        Scrape();

        Assert.Contains("c_total 1\n", Scrape(), StringComparison.Ordinal);
    }

    private string Scrape() => Encoding.UTF8.GetString(_exporter.Scrape(TimeSpan.FromSeconds(5)));
}
