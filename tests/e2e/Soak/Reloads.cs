using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Network;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>Gives the balancer another configuration every few seconds, good and bad ones in turn, and remembers every answer that was not the right one.</summary>
internal sealed class Reloads : IAsyncDisposable
{
    private const int SecondPort = 7443;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _wrong = [];
    private readonly Socket _occupant = LabHost.Balancer1.Namespace.CreateSocket();
    private readonly AdminSocket _admin;
    private readonly string _file;
    private readonly string _usual;
    private readonly Task _reloading;

    /// <param name="admin">Whom to tell.</param>
    /// <param name="file">The configuration, which is put back at the end.</param>
    /// <param name="every">How often.</param>
    public Reloads(AdminSocket admin, string file, TimeSpan every)
    {
        (_admin, _file, _usual) = (admin, file, File.ReadAllText(file));
        _occupant.Bind(new IPEndPoint(LabHost.Balancer1.Address, 0));
        _occupant.Listen();
        _reloading = ReloadAsync(every);
    }

    /// <summary>Those that were to be applied.</summary>
    public int Applied { get; private set; }

    /// <summary>Those that were to be refused.</summary>
    public int Refused { get; private set; }

    public IReadOnlyList<string> Wrong => _wrong;

    // Beside the first pool, whose backends serve all clients, a second one comes, changes its members and goes.
    private IReadOnlyList<(string Configuration, string Result)> Turns =>
    [
        (WithSecondPool("cp1", "cp2"), "applied"),
        (_usual.Replace("backends:", "backendz:", StringComparison.Ordinal), "failed"),
        (WithSecondPool("cp2", "cp3"), "applied"),
        (WithListener(_usual, ((IPEndPoint)_occupant.LocalEndPoint!).Port, "control-plane"), "failed"),
        (_usual.Replace("balance: least-connections", "balance: least-connections\n    timeouts: { halfClosed: 20s }", StringComparison.Ordinal), "applied"),
        (_usual[..(_usual.Length / 2)] + "\n\t]", "failed"),
        (_usual, "applied"),
        (WithListener(_usual, SecondPort, "nobody"), "failed"),
    ];

    /// <summary>Puts the usual configuration back and stops.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _reloading;
        File.WriteAllText(_file, _usual);
        await AskAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reloading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await File.WriteAllTextAsync(_file, _usual);
        _occupant.Dispose();
        _stop.Dispose();
    }

    private async Task ReloadAsync(TimeSpan every)
    {
        using var timer = new PeriodicTimer(every, TimeProvider.System);
        var turns = Turns;
        try
        {
            for (var turn = 0; await timer.WaitForNextTickAsync(_stop.Token); turn++)
            {
                var (configuration, expected) = turns[turn % turns.Count];
                await File.WriteAllTextAsync(_file, configuration, CancellationToken.None);
                Note(expected, await AskAsync());
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task<(string Result, string Message)> AskAsync()
    {
        using var answer = JsonDocument.Parse(await _admin.PostAsync("/v1/reload"));
        return (answer.RootElement.GetProperty("result").GetString()!, answer.RootElement.GetProperty("message").GetString()!);
    }

    private void Note(string expected, (string Result, string Message) seen)
    {
        if (seen.Result != expected)
        {
            _wrong.Add($"{seen.Result} instead of {expected}: {seen.Message}");
        }
        else if (expected == "applied")
        {
            Applied++;
        }
        else
        {
            Refused++;
        }
    }

    private string WithSecondPool(params string[] members)
    {
        var backends = string.Join(", ", LabHost.ControlPlane.Where(host => members.Contains(host.Name)).Select(host => $"\"{host.Name}={host.ApiEndPoint}\""));
        var authority = _usual.Split("caFile: ")[1].Split(' ')[0];
        return WithListener(_usual, SecondPort, "second")
            .Replace("\nadmin:", $"\n  second:\n    backends: [{backends}]\n    health: {{ type: kube-apiserver, caFile: {authority} }}\nadmin:", StringComparison.Ordinal);
    }

    private static string WithListener(string configuration, int port, string pool) =>
        configuration.Replace("\npools:", $"\n  second: {{ bind: \"*:{port}\", protocol: tls, pool: {pool} }}\npools:", StringComparison.Ordinal);
}
