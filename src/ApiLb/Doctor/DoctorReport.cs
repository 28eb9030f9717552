namespace ApiLb.Doctor;

/// <summary>Everything that the doctor found. Fields are only ever added: scripts read this.</summary>
/// <param name="Worst">The severest finding decides the exit code.</param>
/// <param name="Findings">In the order of the examination.</param>
internal sealed record DoctorReport(Severity Worst, IReadOnlyList<Finding> Findings)
{
    public static DoctorReport Of(IReadOnlyList<Finding> findings) =>
        new(findings.Count == 0 ? Severity.Ok : findings.Max(f => f.Severity), findings);
}
