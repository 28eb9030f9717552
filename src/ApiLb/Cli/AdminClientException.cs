namespace ApiLb.Cli;

/// <summary>The daemon could not be asked. The message is for the operator: what, where, what to do.</summary>
internal sealed class AdminClientException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
