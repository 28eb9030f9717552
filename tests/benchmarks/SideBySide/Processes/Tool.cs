using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ApiLb.Benchmarks.SideBySide.Processes;

/// <summary>Runs a program that ends by itself (a load generator, a compiler) and hands back what it wrote.</summary>
internal static class Tool
{
    /// <summary>Returns standard output followed by standard error.</summary>
    /// <exception cref="MeasurementFailedException">The program is absent or ended with another code than 0.</exception>
    public static async Task<string> RunAsync(Launch launch, CancellationToken cancellationToken)
    {
        using var process = Start(launch);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            var text = await output + await error;
            return process.ExitCode == 0
                ? text
                : throw new MeasurementFailedException(
                    string.Create(CultureInfo.InvariantCulture, $"'{launch}' ended with code {process.ExitCode}:{Environment.NewLine}{text.Trim()}"));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(Launch launch)
    {
        var start = new ProcessStartInfo(launch.Program, launch.Arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new MeasurementFailedException($"Cannot start {launch.Program}: {missing.Message}. Is it installed?", missing);
        }
    }
}
