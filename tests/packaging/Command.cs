using System.ComponentModel;
using System.Diagnostics;

namespace ApiLb.PackagingTests;

/// <summary>Runs programs that end by themselves. One that outlives its deadline is killed, and the caller gets an exception.</summary>
internal static class Command
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(8);

    public static Task<CommandResult> RunAsync(string program, params IEnumerable<string> arguments) =>
        RunWithAsync(string.Empty, program, arguments);

    /// <param name="input">What it reads from stdin.</param>
    /// <param name="program">Found by PATH, or a path below the root of the repository.</param>
    /// <param name="arguments">What it is given.</param>
    public static async Task<CommandResult> RunWithAsync(string input, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program.Contains('/', StringComparison.Ordinal) ? Repository.Path(program) : program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var command = $"{program} {string.Join(' ', start.ArgumentList)}";
        using var process = Process.Start(start) ?? throw new Win32Exception($"{command}: did not start");
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
            return new CommandResult(command, process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException expired)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{command}: still running after {Deadline}", expired);
        }
    }
}
