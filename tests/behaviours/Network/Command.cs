using System.Diagnostics;

namespace ApiLb.BehaviourTests.Network;

/// <summary>A program that runs to its end.</summary>
internal static class Command
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <returns>What it wrote to its output.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public static async Task<string> RunAsync(params IReadOnlyList<string> command)
    {
        var (code, output, errors) = await TryAsync(command);
        return code == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)}: exit code {code}: {errors}{output}");
    }

    public static async Task<(int Code, string Output, string Errors)> TryAsync(params IReadOnlyList<string> command)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException(command[0]);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException e)
        {
            process.Kill();
            throw new TimeoutException($"{string.Join(' ', command)}: still running after {Patience}", e);
        }

        return (process.ExitCode, await output, await errors);
    }
}
