-- Asks as a random client each time, or with ORDER=each as one after another: the cookies are the lines of the file at
-- COOKIES.
local requests = {}
local each = os.getenv("ORDER") == "each"
local last = 0

function init()
   for cookie in io.lines(os.getenv("COOKIES")) do
      requests[#requests + 1] = wrk.format(nil, nil, { Cookie = cookie })
   end
end

function request()
   if each then
      last = last % #requests + 1
      return requests[last]
   end
   return requests[math.random(#requests)]
end
