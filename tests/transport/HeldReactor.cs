using ApiLb.Transport;

namespace ApiLb.TransportTests;

/// <summary>A reactor that stands still until this is disposed, so that what happens meanwhile comes to it all at once.</summary>
internal sealed class HeldReactor : IReactorWork, IDisposable
{
    private readonly ManualResetEventSlim _isHeld = new();
    private readonly ManualResetEventSlim _isReleased = new();
    private readonly ManualResetEventSlim _hasLeft = new();

    public HeldReactor(Reactor reactor)
    {
        reactor.Post(this);
        _isHeld.Wait(Eventually.Deadline);
    }

    public void Run()
    {
        _isHeld.Set();
        _isReleased.Wait(Eventually.Deadline);
        _hasLeft.Set();
    }

    public void Dispose()
    {
        _isReleased.Set();
        _hasLeft.Wait(Eventually.Deadline);
    }
}
