namespace ApiLb.PackagingTests;

/// <summary>How a program ended, and all that it wrote to stdout and stderr, each in its order.</summary>
internal sealed record CommandResult(string Command, int ExitCode, string Output, string Errors)
{
    /// <summary>Throws unless it succeeded; else what it wrote to stdout, without the last line's end.</summary>
    public string Succeeded() => ExitCode == 0 ? Output.TrimEnd('\n') : throw new InvalidOperationException(ToString());

    public override string ToString() => $"{Command}: exit code {ExitCode}\n{Output}{Errors}";
}
