namespace ApiLb.Doctor;

/// <summary>How much a finding matters, the least first.</summary>
internal enum Severity
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Worth knowing; nothing has to be done.</summary>
    Note,

    /// <summary>It works, and something will break it or is lost already.</summary>
    Warning,

    /// <summary>It does not work, or not for long.</summary>
    Error,
}
