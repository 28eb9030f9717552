namespace ApiLb.Cli;

/// <summary>What the process returns to the shell. Documented in --help and docs/operations.md: scripts rely on it.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>Wrong arguments or configuration, an order that the daemon refuses, or an answer that makes no sense.</summary>
    public const int Failure = 1;

    /// <summary>Nothing is wrong yet, and something should be done.</summary>
    public const int Warnings = 2;

    /// <summary>What <c>apilb validate</c> looked at is not well.</summary>
    public const int NotWell = 2;

    /// <summary>The new daemon was not ready, and the old one goes on.</summary>
    public const int NotReplaced = 2;

    /// <summary>Done, but for something that could not be.</summary>
    public const int LeftOut = 2;

    /// <summary>No daemon answers, as <c>systemctl status</c> has it.</summary>
    public const int NotRunning = 3;

    /// <summary>The daemon's socket may not be opened, or its user may look but change nothing.</summary>
    public const int NoPermission = 4;

    /// <summary>The order was taken, but what <c>--wait</c> waited for did not come in time.</summary>
    public const int WaitedInVain = 5;

    /// <summary>EX_CONFIG of sysexits(3): a daemon that cannot run its configuration. The systemd unit does not start it again.</summary>
    public const int WrongConfiguration = 78;
}
