using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ApiLb.Configuration;
using ApiLb.Transport;

namespace ApiLb;

/// <summary>
/// Whether the .NET runtime measures hot code and compiles it anew by what it has seen (<c>DOTNET_TieredPGO</c>). That makes a request of an
/// HTTP listener some 10 % cheaper and a TCP connection no cheaper at all, and costs a few MiB: docs/decisions/0011. The runtime reads the
/// variable once, before any code of ours, so a daemon that wants it starts anew, as the same process.
/// </summary>
internal static class RuntimeProfile
{
    /// <summary>1 or 0; who sets it has decided.</summary>
    private const string Variable = "DOTNET_TieredPGO";

    /// <summary>Starts this program anew if its listeners gain by it, and does not return then. To be called before anything else has begun.</summary>
    /// <param name="options">What it is to run.</param>
    /// <param name="configuration">The file that it will read again.</param>
    /// <param name="cancellation">Gives up before.</param>
    /// <returns>Null: it is well as it is. Else what stands in the way: it runs as it is.</returns>
    public static async Task<string?> TakeAsync(ApiLbOptions options, string configuration, CancellationToken cancellation)
    {
        if (!Gains(options, configuration, Environment.GetEnvironmentVariable(Variable)))
        {
            return null;
        }

        try
        {
            // To the byte as this process got them.
            var arguments = await File.ReadAllBytesAsync("/proc/self/cmdline", cancellation);
            byte[] environment = [.. await File.ReadAllBytesAsync("/proc/self/environ", cancellation), .. Encoding.ASCII.GetBytes($"{Variable}=1\0")];
            ForgetDiagnostics();
            var errno = -NativeProcess.Become(Environment.ProcessPath!, arguments, environment);
            return Marshal.GetPInvokeErrorMessage(errno);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    /// <param name="options">What is to be run.</param>
    /// <param name="configuration">Its file. What is no file, as a pipe, can be read once only.</param>
    /// <param name="chosen">The value of <see cref="Variable"/>.</param>
    public static bool Gains(ApiLbOptions options, string configuration, string? chosen) =>
        string.IsNullOrEmpty(chosen) && !configuration.StartsWith("/dev/", StringComparison.Ordinal) && options.Listeners.Any(l => l.SpeaksHttp());

    /// <summary>The socket on which this runtime listens for debuggers: the next one of the same process would find its own name taken.</summary>
    private static void ForgetDiagnostics()
    {
        var mine = string.Create(CultureInfo.InvariantCulture, $"dotnet-diagnostic-{Environment.ProcessId}-*-socket");
        foreach (var socket in Directory.EnumerateFiles(Path.GetTempPath(), mine))
        {
            File.Delete(socket);
        }
    }
}
