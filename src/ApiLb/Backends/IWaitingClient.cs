namespace ApiLb.Backends;

/// <summary>Somebody in a <see cref="WaitingLine"/>.</summary>
internal interface IWaitingClient
{
    /// <summary>Its turn has come. Called once, on the thread that freed the place: short, and does not throw.</summary>
    void Call();
}
