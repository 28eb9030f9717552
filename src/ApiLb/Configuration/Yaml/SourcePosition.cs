using System.Runtime.InteropServices;

namespace ApiLb.Configuration.Yaml;

/// <summary>A place in the file; line and column count from 1, as editors do.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SourcePosition(int Line, int Column)
{
    public static SourcePosition Start { get; } = new(1, 1);
}
