namespace ApiLb.Transport;

/// <summary>Something to be done once on the reactor thread, after the present batch of events.</summary>
internal interface IReactorWork
{
    void Run();
}
