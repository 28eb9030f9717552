using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ApiLb.IntegrationTests.Operators;
using Xunit;

namespace ApiLb.IntegrationTests.Telemetry;

/// <summary>A real Prometheus scrapes a daemon that has everything: the metrics arrive, the rules load, and the dashboard has no empty panel.</summary>
[Collection("spans")] // One at a time: whoever listens to spans is seen by the whole process.
public sealed partial class PrometheusTests(ITestOutputHelper output)
{
    /// <summary>Grafana's, from the scrape interval of the test.</summary>
    private const string RateInterval = "5s";

    [Fact]
    public async Task Dashboard_EveryQueryHasData()
    {
        await using var observed = await ObservedDaemon.StartAsync();
        await using var prometheus = await Prometheus.StartAsync(observed.Running.Daemon.AdminEndPoint!);
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(RepositoryFile.PathTo("configs", "grafana", "apilb.json")));
        var queries = QueriesIn(dashboard.RootElement).Distinct().ToList();
        List<string> empty = [];

        foreach (var query in queries)
        {
            await WithDataAsync(prometheus, query, empty);
        }

        output.WriteLine($"{queries.Count} queries");
        Assert.True(queries.Count > 50, $"only {queries.Count} queries were found");
        Assert.Empty(empty);
        await AssertVariablesHaveValuesAsync(prometheus, dashboard.RootElement);
        await AssertRulesAreWellAsync(prometheus);
        await AssertCountersArriveAsync(prometheus, observed);
    }

    /// <summary>Every <c>expr</c>, with variables as Grafana puts them in when All is chosen.</summary>
    private static IEnumerable<string> QueriesIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p =>
            p is { Name: "expr", Value.ValueKind: JsonValueKind.String } ? [Substituted(p.Value.GetString()!)] : QueriesIn(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(QueriesIn),
        _ => [],
    };

    private static string Substituted(string query)
    {
        var text = query.Replace("$__rate_interval", RateInterval, StringComparison.Ordinal);
        text = Variable().Replace(text, ".*");
        Assert.DoesNotContain("$", text, StringComparison.Ordinal);
        return text;
    }

    private static async Task WithDataAsync(Prometheus prometheus, string query, List<string> empty)
    {
        try
        {
            await prometheus.BecomesAsync(query);
        }
        catch (TimeoutException e)
        {
            empty.Add(e.Message);
        }
    }

    private static async Task AssertVariablesHaveValuesAsync(Prometheus prometheus, JsonElement dashboard)
    {
        var variables = dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Where(v => v.GetProperty("type").GetString() == "query").ToList();
        Assert.Equal(["instance", "pool", "backend"], variables.Select(v => v.GetProperty("name").GetString()));
        foreach (var variable in variables)
        {
            var parts = LabelValues().Match(variable.GetProperty("definition").GetString()!);
            Assert.NotEmpty(await prometheus.LabelValuesAsync(parts.Groups["label"].Value, Substituted(parts.Groups["selector"].Value)));
        }
    }

    private static async Task AssertRulesAreWellAsync(Prometheus prometheus)
    {
        await prometheus.BecomesAsync("ALERTS or vector(1)");
        Assert.All(await prometheus.RulesAsync(), r => Assert.NotEqual("err", r.Health));
    }

    private static async Task AssertCountersArriveAsync(Prometheus prometheus, ObservedDaemon observed)
    {
        // They go on counting: Prometheus has a value between two that the daemon tells.
        var before = observed.Running.Counters.Accepted;
        var value = await prometheus.BecomesAsync($"apilb_listener_accepts_total{{listener=\"clients\"}} >= {before}");

        Assert.InRange(double.Parse(value, CultureInfo.InvariantCulture), before, observed.Running.Counters.Accepted);
    }

    [GeneratedRegex(@"\$(instance|pool|backend)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^label_values\((?<selector>.*), (?<label>[a-z_]+)\)$", RegexOptions.ExplicitCapture)]
    private static partial Regex LabelValues();
}
