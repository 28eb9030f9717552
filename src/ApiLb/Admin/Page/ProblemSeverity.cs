namespace ApiLb.Admin.Page;

/// <summary>How much a <see cref="Problem"/> matters, the worst first.</summary>
internal enum ProblemSeverity
{
    /// <summary>Clients suffer, or one more failure and they will.</summary>
    Alarm,

    /// <summary>Look at it before it breaks something.</summary>
    Warning,

    /// <summary>Nothing is wrong: somebody wanted it so, or it passes.</summary>
    Note,
}
