namespace ApiLb.Http;

/// <summary>What Kestrel keeps for the requests of one connection, one after the other. Its type is all that a server without HTTP listeners ever loads.</summary>
internal sealed class RequestSlot
{
    /// <summary>The <c>DefaultHttpContext</c> that they share; null before the first.</summary>
    public object? Context { get; set; }

    /// <summary>The <see cref="Http.Visitor"/> whose connection it is; null before the first.</summary>
    public object? Visitor { get; set; }
}
