using System.Diagnostics.CodeAnalysis;

namespace ApiLb.Configuration;

/// <summary>What became of a configuration file: options, or every error in it; and warnings in either case.</summary>
/// <param name="File">The path as the operator gave it.</param>
/// <param name="Options">Null when there is at least one error.</param>
/// <param name="Errors">In the order of the file.</param>
/// <param name="Warnings">In the order of the file; shown, never fatal.</param>
internal sealed record ConfigurationResult(
    string File,
    ApiLbOptions? Options,
    IReadOnlyList<ConfigurationFinding> Errors,
    IReadOnlyList<ConfigurationFinding> Warnings)
{
    [MemberNotNullWhen(true, nameof(Options))]
    public bool IsValid => Options is not null;
}
