namespace ApiLb.Cli;

/// <summary>What the process returns to the shell. Documented in --help: scripts rely on it.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>Wrong arguments or configuration, or an answer that makes no sense.</summary>
    public const int Failure = 1;

    /// <summary>Nothing is wrong yet, and something should be done.</summary>
    public const int Warnings = 2;

    /// <summary>What <c>apilb validate</c> looked at is not well.</summary>
    public const int NotWell = 2;

    /// <summary>No daemon answers, as <c>systemctl status</c> has it.</summary>
    public const int NotRunning = 3;

    /// <summary>The daemon's socket may not be opened.</summary>
    public const int NoPermission = 4;
}
