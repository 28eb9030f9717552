namespace ApiLb.Backends;

/// <summary>Somebody in a <see cref="WaitingLine"/>, which alone writes what this class keeps.</summary>
internal abstract class WaitingClient
{
    /// <summary>Its place in the line; null while it is in none.</summary>
    internal LinkedListNode<WaitingClient>? Node { get; set; }

    internal WaitingState State { get; set; }

    /// <summary>Its turn has come while it waited. On the thread that freed the place: short, and does not throw.</summary>
    protected internal abstract void Call();
}
