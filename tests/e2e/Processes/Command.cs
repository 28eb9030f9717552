using System.ComponentModel;
using System.Diagnostics;
using ApiLb.EndToEndTests.Network;

namespace ApiLb.EndToEndTests.Processes;

/// <summary>Runs programs that end by themselves. One that fails or outlives its deadline throws, with all that it wrote.</summary>
internal static class Command
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Returns the standard output.</summary>
    public static Task<string> RunAsync(string program, params IEnumerable<string> arguments) => RunAsync(program, arguments, input: null);

    /// <summary>Runs it on a host of the lab.</summary>
    public static Task<string> RunOnAsync(LabHost host, string program, IEnumerable<string> arguments, string? input = null) =>
        RunAsync("nsenter", ["--net=" + host.Namespace.Path, "--", program, .. arguments], input);

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string? input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var command = program + " " + string.Join(' ', start.ArgumentList);
        using var process = Process.Start(start) ?? throw new Win32Exception(command + ": did not start");
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"{command}: exit code {process.ExitCode}\n{await output}{await errors}");
        }
        catch (OperationCanceledException expired)
        {
            process.Kill();
            throw new TimeoutException($"{command}: still running after {Deadline}", expired);
        }
    }
}
