using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ApiLb.Transport;

namespace ApiLb.Upgrade;

/// <summary>
/// Starts the daemon that is to take over, by way of a process that ends at once. Thereby it becomes a child of systemd, which
/// hears of the end of its own children only, and not one of a daemon that may live on for an hour.
/// </summary>
internal static class SuccessorLaunch
{
    /// <summary>The end of the pair on which the daemon before this one speaks.</summary>
    private const string Variable = "APILB_HANDOVER";

    private const string Step = "launch:";

    /// <summary>This process has only to start the next.</summary>
    public static bool IsStep => Environment.GetEnvironmentVariable(Variable)?.StartsWith(Step, StringComparison.Ordinal) == true;

    /// <param name="binary">What to start, with the arguments of this process.</param>
    /// <param name="environment">In addition to that of this process.</param>
    /// <param name="theirs">Its end of the pair; closed here.</param>
    /// <returns>The process between; wait for it, and dispose it.</returns>
    /// <exception cref="IOException">It cannot be started; the message says why.</exception>
    public static Process Start(string binary, IReadOnlyDictionary<string, string> environment, DescriptorChannel theirs)
    {
        var start = StartOf(binary, string.Create(CultureInfo.InvariantCulture, $"{Step}{theirs.Fd}"));
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        DescriptorChannel.Share(theirs.Fd);
        try
        {
            return Process.Start(start) ?? throw new IOException($"{binary} did not start");
        }
        catch (Win32Exception error)
        {
            throw new IOException($"{binary} cannot be started: {error.Message}", error);
        }
        finally
        {
            theirs.Dispose();
        }
    }

    /// <summary>The process between: starts the same program once more.</summary>
    public static void Pass()
    {
        var descriptor = Environment.GetEnvironmentVariable(Variable)![Step.Length..];
        using var next = Process.Start(StartOf(Environment.ProcessPath!, descriptor));
    }

    /// <summary>Takes the variable out of the environment.</summary>
    /// <returns>Null when no daemon is there to take over from.</returns>
    public static DescriptorChannel? ChannelFromEnvironment()
    {
        var text = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, null);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor) ? DescriptorChannel.Adopt(descriptor) : null;
    }

    private static ProcessStartInfo StartOf(string binary, string handover)
    {
        var start = new ProcessStartInfo(binary, Environment.GetCommandLineArgs()[1..]) { UseShellExecute = false };
        start.Environment[Variable] = handover;
        return start;
    }
}
