using System.Text.Json;
using ApiLb.Cli;
using ApiLb.Cli.Output;
using ApiLb.IntegrationTests.Operators;
using Xunit;

namespace ApiLb.IntegrationTests.Cli;

/// <summary>Every command that has <c>--output</c>, in each of its forms, beside a daemon that runs.</summary>
public sealed class OutputFormsTests(DaemonToAsk daemon) : IClassFixture<DaemonToAsk>
{
    /// <summary>An exit code that nobody can foretell.</summary>
    private const int AsTheHostIs = -1;

    /// <summary>How each is called, and what each form must tell.</summary>
    private static readonly Dictionary<string, Call> Calls = new(StringComparer.Ordinal)
    {
        ["status"] = new("", "control-plane", "pools", "pool,backend,address,status,cause,since"),
        ["connections"] = new("", "CLIENT", "connections", "listener,client,server_name,protocols,pool,backend"),
        ["events"] = new("", "control-plane/cp2", "[", "id,at,pool,backend,kind,text"),
        ["explain"] = new("cp2", "Last checks", "[", "pool,backend,kind,at,age_seconds,result"),
        ["drain"] = new("cp1", "apiservers/cp1", "backend", "pool,backend,address,status,cause,since"),
        ["maint"] = new("cp1 --for 2h", "apiservers/cp1", "backend", "pool,backend,address,status,cause,since"),
        ["ready"] = new("cp1", "apiservers/cp1", "backend", "pool,backend,address,status,cause,since"),
        ["weight"] = new("cp1 5", "apiservers/cp1", "backend", "pool,backend,address,status,cause,since"),
        ["kill"] = new("cp1", "apiservers/cp1", "backend", "pool,backend,address,status,cause,since"),
        ["probe"] = new("cp2", "control-plane/cp2", "backend", "pool,backend,address,status,cause,since"),
        ["rebalance"] = new("control-plane --dry-run", "nothing to do", "firstStep", "pool,started,fullest,unevenness,first_step,message"),
        ["reload"] = new("--dry-run", "shutdown.grace", "changes", "result,kind,text,needs_restart,connections,effect"),
        ["upgrade"] = new("--binary /nonexistent/apilb --timeout 5s", "Nothing was changed", "result", "result,message,pid,version", ExitCode.NotReplaced),
        ["check"] = new("--config {configuration}", "OK: 2 listeners", "findings", "file,severity,line,column,key,text"),
        ["doctor"] = new("--config {configuration}", "RESULT", "findings", "severity,check,text,remedy", AsTheHostIs),
        ["validate"] = new("--config {configuration}", "apiservers  ", "findings", "step,severity,at_seconds,text", ExitCode.NotWell),
        ["import"] = new("{haproxy}", "listeners:", "notes", "file,line,outcome,text,reason", ExitCode.LeftOut),
        ["version"] = new("", ".", "version", "version"),
    };

    public static TheoryData<string> Commands() =>
        [.. CommandLine.Create().Subcommands.Where(c => c.Options.Any(o => o.Name == OutputOption.Name)).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_PrintsEachForm(string command)
    {
        var call = Calls[command];

        Assert.Contains(call.Table, await RunAsync(command, call, "table"), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(await RunAsync(command, call, "json"));
        Assert.True(call.Json == "[" ? json.RootElement.GetArrayLength() > 0 : json.RootElement.TryGetProperty(call.Json, out _), $"{json.RootElement}");
        var csv = RecordsOf(await RunAsync(command, call, "csv"));
        Assert.StartsWith(call.Csv, string.Join(',', csv[0]), StringComparison.Ordinal);
        Assert.All(csv, record => Assert.Equal(csv[0].Count, record.Count));
        Assert.Equal(command != "check", csv.Count > 1);
    }

    private async Task<string> RunAsync(string command, Call call, string form)
    {
        var arguments = call.Arguments.Replace("{configuration}", daemon.Configuration, StringComparison.Ordinal).Replace("{haproxy}", daemon.HaProxyConfiguration, StringComparison.Ordinal);
        var asks = CommandLine.Create().Subcommands.Single(c => c.Name == command).Options.Any(o => o.Name == "--socket");
        var (exitCode, output, errors) = await ApilbCommand.RunAsync($"{command} {arguments} -o {form}{(asks ? $" --socket {daemon.Socket}" : "")}");
        Assert.True(call.ExitCode == AsTheHostIs || exitCode == call.ExitCode, $"{command} -o {form}: {exitCode}: {output}\n{errors}");

        // What failed is a message for people, and data for a script.
        return form == "table" ? output + errors : output;
    }

    /// <summary>Records as RFC 4180 has them: a field in quotes may have commas and line ends.</summary>
    private static List<List<string>> RecordsOf(string csv)
    {
        List<List<string>> records = [[""]];
        var isQuoted = false;
        foreach (var c in csv.TrimEnd('\n'))
        {
            isQuoted ^= c == '"';
            if (c == '\n' && !isQuoted)
            {
                records.Add([""]);
            }
            else if (c == ',' && !isQuoted)
            {
                records[^1].Add("");
            }
            else
            {
                records[^1][^1] += c;
            }
        }

        return records;
    }

    /// <param name="Arguments">Besides <c>--output</c> and <c>--socket</c>.</param>
    /// <param name="Table">Stands in what people read.</param>
    /// <param name="Json">A property of the object; <c>[</c>: it is a list.</param>
    /// <param name="Csv">How the line of names begins.</param>
    /// <param name="ExitCode">Of each form.</param>
    private sealed record Call(string Arguments, string Table, string Json, string Csv, int ExitCode = 0);
}
