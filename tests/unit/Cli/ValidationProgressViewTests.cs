using ApiLb.Cli;
using ApiLb.Validation;
using Xunit;

namespace ApiLb.UnitTests.Cli;

public sealed class ValidationProgressViewTests : IDisposable
{
    private readonly FakeTime _time = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Terminal_ShowsOneLineThatChanges()
    {
        ValidationProgressView view = new(_output, columns: 6, _time);

        view.Show(new ValidationProgress("asking etcd", IsLive: false));
        view.Show(new ValidationProgress("1 s", IsLive: true));
        view.Show(new ValidationProgress("2 s, too long", IsLive: true));
        view.Show(new ValidationProgress("cp1 is gone", IsLive: false));
        view.Show(new ValidationProgress("3 s", IsLive: true));
        view.End();

        Assert.Equal("asking etcd\n1 s\r\e[K2 s, \r\e[Kcp1 is gone\n3 s\r\e[K", _output.ToString());
    }

    [Fact]
    public void Pipe_GetsEveryStepAndALiveLineNowAndThen()
    {
        ValidationProgressView view = new(_output, columns: null, _time);

        foreach (var second in Enumerable.Range(1, 11))
        {
            _time.Advance(TimeSpan.FromSeconds(1.001));
            view.Show(new ValidationProgress($"{second} s", IsLive: true));
        }

        view.Show(new ValidationProgress("cp1 is gone", IsLive: false));
        view.End();

        Assert.Equal("5 s\n10 s\ncp1 is gone\n", _output.ToString());
    }
}
