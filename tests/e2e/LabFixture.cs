using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>The one lab of a test run. On a machine that cannot run it nothing is laid, and each test says why it is skipped.</summary>
public sealed class LabFixture : IAsyncLifetime
{
    private Lab? _lab;

    /// <summary>The lab, or the end of the test: skipped, on CI failed.</summary>
    internal Lab Lab
    {
        get
        {
            if (Prerequisites.FindMissing() is { } missing)
            {
                Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is "true" or "1", missing);
                Assert.Fail(missing);
            }

            return _lab ?? throw new InvalidOperationException("the lab is not up");
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (Prerequisites.FindMissing() is null)
        {
            _lab = await EndToEndTests.Lab.UpAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_lab is not null)
        {
            await _lab.DisposeAsync();
        }
    }
}
