using ApiLb.Demo.StandIns;
using Xunit;

namespace ApiLb.UnitTests.Demo;

public sealed class FreezeGateTests
{
    private readonly FreezeGate _gate = new();

    [Fact]
    public void Open_LetsPass() => Assert.True(_gate.PassAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);

    [Fact]
    public async Task Shut_HoldsUntilOpened()
    {
        _gate.Shut();
        var pass = _gate.PassAsync(CancellationToken.None).AsTask();
        Assert.False(pass.IsCompleted);

        _gate.Open();

        await pass.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Shut_LetsGoOfAConnectionThatEnds()
    {
        using var closed = new CancellationTokenSource();
        _gate.Shut();
        var pass = _gate.PassAsync(closed.Token).AsTask();

        await closed.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pass);
    }

    [Fact]
    public void OpeningAnOpenGate_IsNoError()
    {
        _gate.Open();
        _gate.Shut();
        _gate.Shut();
        _gate.Open();

        Assert.True(_gate.IsOpen);
    }
}
