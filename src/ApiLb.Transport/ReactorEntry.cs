using System.Threading.Tasks.Sources;

namespace ApiLb.Transport;

/// <summary>Awaited once, on another thread than the reactor's, to go on on the reactor's.</summary>
internal sealed class ReactorEntry(Reactor reactor) : IReactorWork, IValueTaskSource
{
    private Action<object?>? _continuation;
    private object? _state;

    void IReactorWork.Run() => _continuation!(_state);

    void IValueTaskSource.GetResult(short token)
    {
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) =>
        reactor.IsCurrentThread ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        (_continuation, _state) = (continuation, state);
        reactor.Post(this);
    }
}
