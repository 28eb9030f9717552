namespace ApiLb.Cli;

/// <summary>A validation cannot be started. The message is for the operator: what, where, what to do.</summary>
internal sealed class ValidationException(string message) : Exception(message);
