using System.Globalization;

namespace ApiLb.Configuration;

/// <summary>One thing to tell the operator about a configuration file: an error or a warning, and where it stands.</summary>
/// <param name="File">The path as the operator gave it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="KeyPath">Such as <c>pools.control-plane.health.caFile</c>; empty: the whole file.</param>
/// <param name="Message">What is wrong, what is allowed, what to do.</param>
internal sealed record ConfigurationFinding(string File, int Line, int Column, string KeyPath, string Message)
{
    public override string ToString() => Format(marker: "");

    /// <summary>The line to print: <c>file:line:column: marker key.path: message</c>.</summary>
    public string Format(string marker)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: {marker}");
        return KeyPath.Length == 0 ? place + Message : $"{place}{KeyPath}: {Message}";
    }
}
