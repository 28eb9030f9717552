using ApiLb.Health;

namespace ApiLb.UnitTests.Health;

/// <summary>Evidence as one letter, so that a row of a table shows a whole sequence.</summary>
internal static class EvidenceLetters
{
    public const string All = "+-suhapbc";

    public static HealthEvidence Read(char letter) => letter switch
    {
        '+' => HealthEvidence.Ready,
        '-' => HealthEvidence.NotReady,
        's' => HealthEvidence.ShuttingDown,
        'u' => HealthEvidence.Unreachable,
        'h' => HealthEvidence.HostSilent,
        'a' => HealthEvidence.AllSilent,
        'p' => HealthEvidence.ProcessSilent,
        'b' => HealthEvidence.ProcessBusy,
        'c' => HealthEvidence.ConnectionFailed,
        _ => throw new ArgumentOutOfRangeException(nameof(letter), letter, "no such evidence"),
    };
}
