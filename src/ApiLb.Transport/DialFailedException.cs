namespace ApiLb.Transport;

/// <summary>There is no connection.</summary>
internal sealed class DialFailedException(DialFailure failure) : IOException($"no connection: {failure}")
{
    public DialFailure Failure => failure;
}
