using ApiLb.Configuration;
using Microsoft.Extensions.Logging;

namespace ApiLb.Admission;

/// <summary>The limit that all listeners share: what the operator wants, within what the file descriptors carry.</summary>
internal static partial class DaemonLimit
{
    /// <param name="options">What the operator wants.</param>
    /// <param name="descriptors">What the process may open.</param>
    /// <param name="logger">Told when the operator wants more than that.</param>
    public static int Of(LimitOptions options, long descriptors, ILogger logger)
    {
        var carried = DescriptorBudget.ConnectionsWithin(descriptors);
        if (options.MaxConnections is { } wanted && wanted > carried)
        {
            Log.Capped(logger, wanted, descriptors, carried, DescriptorBudget.DescriptorsFor(wanted));
        }

        return Math.Min(options.MaxConnections ?? carried, carried);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "limits.maxConnections: {Wanted} is more than {Descriptors} file descriptors carry; the limit is {Carried}. Set LimitNOFILE={Needed} in the systemd unit, or lower the number.")]
        public static partial void Capped(ILogger logger, int wanted, long descriptors, int carried, long needed);
    }
}
