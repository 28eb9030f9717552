namespace ApiLb.Transport;

/// <summary>A piece of work that does nothing but tell that the reactor came by.</summary>
internal sealed class RoundBarrier : IReactorWork
{
    private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static Task PassAsync(Reactor reactor)
    {
        var barrier = new RoundBarrier();
        reactor.Post(barrier);
        return barrier._passed.Task;
    }

    public void Run() => _passed.SetResult();
}
