using System.Diagnostics.CodeAnalysis;
using System.Text;
using ApiLb.Admin.HaProxy;

namespace ApiLb.Fuzzing.Targets;

/// <summary>
/// HAProxy's runtime commands. Each gets an answer of bounded length; who may not change anything changes nothing, whatever he writes; what
/// changes is signed and within its range; and a command that gets an error has changed nothing.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "It lives as long as the run.")]
internal sealed class RuntimeCommandTarget : IFuzzTarget
{
    private static readonly string[] Errors = ["Unknown command.", "Permission denied", "No such", "Require", "usage", "Can't find", "'set server", "Absolute weight", "Relative weight", "Session"];

    // One for each thread: an input must not answer for what another has changed meanwhile.
    private readonly ThreadLocal<(OperatedPool Pool, RuntimeCommands Commands)> _operated = new(() =>
    {
        var pool = new OperatedPool();
        return (pool, new RuntimeCommands(pool.ForRuntime(), TimeProvider.System));
    });

    public string Name => "runtime-command";

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            "show stat", "show info", "show servers state control-plane;show servers conn", "show backend;show sess;show version", "get weight control-plane/cp1",
            "set server control-plane/cp1 state drain;set server control-plane/cp1 state ready", "set server control-plane/cp2 weight 50%", "set weight control-plane/cp2 256", "disable server control-plane/cp1;enable server control-plane/cp1",
            "shutdown sessions server control-plane/cp1", "shutdown session 0x1", "show sess older 5m", "help",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public IReadOnlyList<string> Fragments { get; } =
    [
        " ", "\t", ";", "/", "%", "-", "+", "0", "256", "257", "-1", "100%", "2147483648", "show ", "set ", "server ", "weight ", "state ", "drain", "maint", "ready", "control-plane/cp1", "control-plane/", "/cp1", "cp1", "sess ", "older ",
        "frontend ", "0x", "99999999999d", "\0", "\u001b", "é", "\ud83d\ude00", "get ", "shutdown ", "session ", "sessions ", "conn ", "stat ", "info ", "help", "disable ", "enable ",
    ];

    public int LongestInput => 1024; // A line may hold hundreds of commands, each of which is answered.

    public int Cost => 3;

    public void Try(byte[] input)
    {
        var (operated, commands) = _operated.Value;
        foreach (var command in Encoding.UTF8.GetString(input).Split(';', StringSplitOptions.TrimEntries))
        {
            var before = operated.State;
            var refused = Answer(commands, command, new RuntimeClient("uid 7", "join the group"));
            FuzzFailedException.Unless(operated.State == before, $"\"{command}\" of somebody who may not changed {before} to {operated.State}", input);
            CheckForm(refused, input);

            var answer = Answer(commands, command, new RuntimeClient("uid 0", null));
            CheckForm(answer, input);
            FuzzFailedException.Unless(operated.State == before || !Errors.Any(e => answer.StartsWith(e, StringComparison.Ordinal)), $"\"{command}\" got \"{answer}\" and changed {before} to {operated.State}", input);
            FuzzFailedException.Unless(operated.Signatures.All(by => by == "uid 0"), $"an order is signed {string.Join(", ", operated.Signatures)}", input);
            FuzzFailedException.Unless(operated.Pool.Snapshot.Backends.All(b => b.Weight is >= 0 and <= 256), $"a weight out of range: {operated.State}", input);
        }
    }

    private static string Answer(RuntimeCommands commands, string command, RuntimeClient client) =>
        commands.AnswerAsync(command, client, CancellationToken.None).GetAwaiter().GetResult();

    private static void CheckForm(string answer, byte[] input) =>
        FuzzFailedException.Unless(answer.Length < 32 * 1024 && (answer.Length == 0 || answer[^1] == '\n') && !answer.Contains('\u001b', StringComparison.Ordinal), $"the answer \"{answer}\"", input);
}
